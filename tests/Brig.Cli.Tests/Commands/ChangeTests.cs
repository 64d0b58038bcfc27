using Brig.Builds;
using Brig.Oci.Images;

namespace Brig.Cli.Tests.Commands;

public sealed class ChangeTests
{
    [Fact]
    public void Changes_make_a_configuration()
    {
        ExecutionConfig config = ConfigChanges.Apply(
        [
            "CMD [\"python3\", \"-m\", \"http.server\"]", "ENTRYPOINT /bin/init", "ENV A=1 B=\"two words\"", "EXPOSE 80 53/udp", "LABEL org.x=y",
            "USER nobody", "VOLUME /data", "WORKDIR /srv", "WORKDIR app", "STOPSIGNAL SIGINT",
        ]);
        Assert.Equal(["python3", "-m", "http.server"], config.Cmd);
        Assert.Equal(["/bin/sh", "-c", "/bin/init"], config.Entrypoint);
        Assert.Equal(["A=1", "B=two words"], config.Env);
        Assert.Equal(["53/udp", "80/tcp"], config.ExposedPorts!.Keys.Order());
        Assert.Equal("y", config.Labels!["org.x"]);
        Assert.Equal(("nobody", "/srv/app", "SIGINT"), (config.User, config.WorkingDir, config.StopSignal));
        Assert.Equal(["/data"], config.Volumes!.Keys);
    }

    [Fact]
    public void Without_changes_nothing_is_set()
    {
        ExecutionConfig config = ConfigChanges.Apply([]);
        Assert.Null(config.Env);
        Assert.Null(config.WorkingDir);
        Assert.Null(config.Cmd);
    }

    [Theory]
    [InlineData("RUN make", "run is not a valid change command")]
    [InlineData("CMD sh\nRUN make", "run is not a valid change command")]
    [InlineData("COPY a b", "copy is not a valid change command")]
    [InlineData("FROM debian", "from is not a valid change command")]
    [InlineData("FOO bar", "unknown instruction: FOO")]
    public void A_wrong_change_is_named(string change, string words)
    {
        BrigException error = Assert.Throws<BrigException>(() => ConfigChanges.Apply(["CMD sh", change]));
        Assert.StartsWith($"--change \"{Oci.Text.Quote(change)}\": ", error.Message, StringComparison.Ordinal);
        Assert.Contains(words, error.Message, StringComparison.Ordinal);
    }
}
