using Brig.Builds;
using Brig.Cli.Commands.Images;
using Brig.Cli.Progress;
using Brig.Images.Transfers;
using Brig.Oci;

namespace Brig.Cli.Tests.Commands;

public sealed class BuildNewsTests
{
    [Fact]
    public void A_build_is_told_with_its_pull_and_its_export()
    {
        Digest image = Digest.Sha256("x"u8);
        using StringWriter output = new();
        using (BuildDisplay display = BuildDisplay.Create(output, null, SampleImages.Time))
        {
            BuildNews news = new(display, isLive: false);
            news.Report(new BuildPull(new TransferProgress("6c3c624b58db", TransferState.Pulling, 0, 0)));
            news.Report(new BuildPull(new TransferProgress("6c3c624b58db", TransferState.Downloading, 5, 10)));
            news.Report(new BuildPull(new TransferProgress("6c3c624b58db", TransferState.Pulled, 10, 10)));
            news.Report(new BuildStepStarted(1, 2, "FROM debian"));
            news.Report(new BuildStepDone(1, TimeSpan.Zero));
            news.Report(new BuildStepStarted(2, 2, "RUN x"));
            news.Report(new BuildStepOutput(2, 1, new byte[] { 0xC3 }));
            news.Report(new BuildStepOutput(2, 1, new byte[] { 0xA4, (byte)'\n' }));
            news.Report(new BuildStepDone(2, TimeSpan.Zero));
            news.Report(new BuildWarning("odd"));
            news.Report(new BuildExported(image, [ImageReference.Parse("a")]));
            Assert.Equal(["odd"], news.Warnings);
        }

        string[] lines = [.. output.ToString().Split('\n').Select(line => System.Text.RegularExpressions.Regex.Replace(line, @" \d+\.\d+s?", ""))];
        Assert.Equal(
        [
            "#1 pull the base image", "#1 6c3c624b58db: Pulling fs layer", "#1 6c3c624b58db: Pull complete", "#1 DONE", "",
            "#2 [1/2] FROM debian", "#2 DONE", "",
            "#3 [2/2] RUN x", "#3 ä", "#3 DONE", "",
            "#4 exporting to image", $"#4 writing image {image}", "#4 naming to docker.io/library/a:latest", "#4 DONE", "", "",
        ], lines);
    }
}
