using Brig.Builds;
using Brig.Cli.Commands.Images;
using Brig.Cli.Progress;
using Brig.Images.Transfers;

namespace Brig.Cli.Tests.Commands;

public sealed class BuildNewsTests
{
    [Fact]
    public void A_build_is_told_with_its_pull_and_steps_that_run_side_by_side()
    {
        using StringWriter output = new();
        using (BuildDisplay display = BuildDisplay.Create(output, null, SampleImages.Time))
        {
            BuildNews news = new(display);
            news.Report(new BuildStepStarted(1, "[internal] load metadata for docker.io/library/debian:latest"));
            news.Report(new BuildPull(1, new TransferProgress("6c3c624b58db", TransferState.Pulling, 0, 0)));
            news.Report(new BuildPull(1, new TransferProgress("6c3c624b58db", TransferState.Downloading, 5, 10)));
            news.Report(new BuildPull(1, new TransferProgress("6c3c624b58db", TransferState.Pulled, 10, 10)));
            news.Report(new BuildStepDone(1, TimeSpan.Zero));
            news.Report(new BuildStepStarted(2, "[a 2/2] RUN x"));
            news.Report(new BuildStepStarted(3, "[b 2/2] RUN y"));
            news.Report(new BuildStepOutput(2, 1, new byte[] { 0xC3 }));
            news.Report(new BuildStepOutput(3, 1, "other\n"u8.ToArray()));
            news.Report(new BuildStepOutput(2, 1, new byte[] { 0xA4, (byte)'\n' }));
            news.Report(new BuildStepCached(3));
            news.Report(new BuildStepDone(2, TimeSpan.Zero));
            news.Report(new BuildWarning("odd"));
            news.Report(new BuildFailed("Dockerfile", 3, "the lines\n"));
            Assert.Equal(["odd"], news.Warnings);
            Assert.Equal("the lines\n", news.Excerpt);
        }

        string[] lines = [.. output.ToString().Split('\n').Select(line => System.Text.RegularExpressions.Regex.Replace(line, @" \d+\.\d+s?", ""))];
        Assert.Equal(
        [
            "#1 [internal] load metadata for docker.io/library/debian:latest", "#1 6c3c624b58db: Pulling fs layer", "#1 6c3c624b58db: Pull complete", "#1 DONE", "",
            "#2 [a 2/2] RUN x", "", "#3 [b 2/2] RUN y", "#3 other", "", "#2 [a 2/2] RUN x", "#2 ä", "", "#3 [b 2/2] RUN y", "#3 CACHED", "", "#2 [a 2/2] RUN x", "#2 DONE", "", "",
        ], lines);
    }
}
