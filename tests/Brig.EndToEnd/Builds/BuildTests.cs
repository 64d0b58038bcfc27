using Brig.EndToEnd.Support;

namespace Brig.EndToEnd.Builds;

/// <summary>Dockerfiles with the real step runner.</summary>
public sealed class BuildTests(EngineRoot brig) : IClassFixture<EngineRoot>
{
    [Fact]
    public void An_image_is_built_run_and_the_second_time_only_looked_up()
    {
        string context = Context("""
            FROM debian
            ARG WORD=hello
            ENV GREETING=$WORD
            WORKDIR /srv/app
            COPY *.txt ./
            RUN cat one.txt > both && cat two.txt >> both && id -u > who
            USER www-data
            EXPOSE 8000
            LABEL kind="test image"
            ENTRYPOINT ["sh", "-c"]
            CMD ["echo $GREETING $(cat both) $(id -un) $PWD"]
            """, ("one.txt", "1\n"), ("two.txt", "2\n"), ("ignored.txt", "3\n"), (".dockerignore", "ignored*\n"));
        Outcome first = brig.Try("build", "-t", "app", "--progress", "plain", context);
        Assert.True(first.ExitCode == 0, first.ToString());
        Assert.DoesNotContain("CACHED", first.Error + first.Output, StringComparison.Ordinal);
        Assert.Equal("hello 1 2 www-data /srv/app", brig.Do("run", "--rm", "--network", "none", "app"));
        Assert.Equal("both one.txt two.txt who", brig.Do("run", "--rm", "--network", "none", "app", "echo *"));
        string id = brig.Inspect("app", "{{.Id}}");
        Outcome second = brig.Try("build", "-t", "app", "--progress", "plain", context);
        Assert.Equal(3, (second.Error + second.Output).Split('\n').Count(line => line.EndsWith(" CACHED", StringComparison.Ordinal)));
        Assert.Equal(id, brig.Inspect("app", "{{.Id}}"));
        File.WriteAllText(context + "/two.txt", "changed\n");
        brig.Do("build", "-q", "-t", "app", context);
        Assert.Equal("hello 1 changed www-data /srv/app", brig.Do("run", "--rm", "--network", "none", "app"));
        brig.Do("build", "-q", "-t", "app", "--build-arg", "WORD=bye", context);
        Assert.StartsWith("bye ", brig.Do("run", "--rm", "--network", "none", "app"), StringComparison.Ordinal);
        Assert.Contains("test image", brig.Inspect("app", "{{json .Config.Labels}}"), StringComparison.Ordinal);
        Assert.Contains("RUN |1 WORD=bye", brig.Do("history", "--no-trunc", "app"), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("FROM debian\nRUN exit 3\n", "2", "did not complete successfully: exit code: 3")]
    [InlineData("FROM debian\n\nRNU true\n", "3", "unknown instruction: RNU")]
    [InlineData("FROM debian\nCOPY nothing /\n", "2", "not found")]
    [InlineData("FROM debian\nCOPY --from=localhost:1/x a b\n", "2", "localhost:1/x")]
    [InlineData("", "", "")]
    public void A_broken_Dockerfile_is_one_error_with_its_line_and_nothing_stays(string dockerfile, string line, string words)
    {
        string context = Context(dockerfile);
        Outcome outcome = brig.Try("build", "-q", "-t", "broken", context);
        Assert.Equal(1, outcome.ExitCode);
        Assert.Contains(words, outcome.Error, StringComparison.Ordinal);
        Assert.Contains(line, outcome.Error, StringComparison.Ordinal);
        Assert.Equal("", brig.Do("images", "-q", "broken"));
        Assert.Equal("", brig.Do("ps", "-aq"));
        Assert.Equal(0, brig.Try("system", "check").ExitCode);
    }

    [Fact]
    public void A_step_ends_with_a_builder_that_is_killed()
    {
        using RunningCommand build = brig.Start("build", "--progress", "plain", Context("FROM debian\nRUN echo begun; sleep 1000\n"));
        Assert.True(Host.Eventually(() => (build.Error + build.Output).Contains("begun", StringComparison.Ordinal)));
        build.Kill();
        build.Wait();
        Assert.True(Host.Eventually(() => !new Leftovers(brig.Path).Processes().Any()));
        brig.Do("system", "check", "--repair");
        Assert.Equal("everything is in order", brig.Do("system", "check"));
    }

    private string Context(string dockerfile, params (string Name, string Text)[] files)
    {
        string folder = Directory.CreateDirectory(Path.Combine(brig.Path, "context-" + Guid.NewGuid().ToString("N")[..8])).FullName;
        File.WriteAllText(folder + "/Dockerfile", dockerfile);
        foreach ((string name, string text) in files)
        {
            File.WriteAllText(Path.Combine(folder, name), text);
        }

        return folder;
    }
}
