using System.Text;
using Brig.Oci;

namespace Brig.Builds.Tests.Progress;

public sealed class PlainProgressTests
{
    private sealed class StoppedClock : TimeProvider
    {
        public override long GetTimestamp() => 0;
    }

    [Fact]
    public void Writes_a_line_for_each_news_and_keeps_lines_and_characters_whole()
    {
        using StringWriter writer = new() { NewLine = "\n" };
        PlainProgress progress = new(writer, new StoppedClock());
        byte[] text = Encoding.UTF8.GetBytes("ä\nrest");
        progress.Report(new BuildStepStarted(2, 3, "RUN x"));
        progress.Report(new BuildStepOutput(2, 1, text.AsMemory(0, 1)));
        progress.Report(new BuildStepOutput(2, 1, text.AsMemory(1)));
        progress.Report(new BuildStepDone(2, TimeSpan.FromSeconds(1.2)));
        progress.Report(new BuildStepStarted(3, 3, "COPY a b"));
        progress.Report(new BuildStepCached(3));
        progress.Report(new BuildExported(Digest.Sha256([]), [ImageReference.Parse("web")]));
        Assert.Equal(
            $"#2 [2/3] RUN x\n#2 0.000 ä\n#2 0.000 rest\n#2 DONE 1.2s\n\n#3 [3/3] COPY a b\n#3 CACHED\n\n#4 exporting to image\n#4 writing image {Digest.Sha256([])}\n#4 naming to docker.io/library/web:latest\n#4 DONE\n",
            writer.ToString());
    }
}
