using Brig.Images;
using Brig.Linux;
using Brig.Oci;

namespace Brig.Builds.Tests.Execution;

public sealed class BuilderTests : IDisposable
{
    private const string App = """
        FROM base
        ARG GREETING=hello
        ENV NAME=web
        LABEL kind=test
        WORKDIR /app
        COPY . .
        RUN echo "$GREETING $NAME" > made && cat app.txt
        USER app
        EXPOSE 8000
        CMD ["cat", "made"]
        """;

    private readonly BuildFixture _fixture = new();

    public BuilderTests()
    {
        _fixture.Write("app.txt", "one\n");
        _fixture.Write(".dockerignore", "Dockerfile\n.dockerignore\n");
    }

    public void Dispose() => _fixture.Dispose();

    [Fact]
    public async Task Builds_an_image_with_layers_configuration_and_history()
    {
        BuildResult result = await _fixture.Build(App, r => r with { Tags = [ImageReference.Parse("web"), ImageReference.Parse("web:2")], Labels = new Dictionary<string, string> { ["kind"] = "other" } });
        Image image = _fixture.Images.Get("web:2");
        Assert.Equal(result.Image.Id, image.Id);
        Assert.Equal(image.Id, _fixture.Images.Get("web").Id);
        Assert.Equal("hello web\n", _fixture.Read(image, "app/made"));
        Assert.Equal("one\n", _fixture.Read(image, "app/app.txt"));
        Assert.Equal("one\n", _fixture.Output);
        Assert.Equal(4, image.Layers.Count);
        Assert.Equal(["PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin", "NAME=web"], image.Config.Config!.Env);
        Assert.Equal(["cat", "made"], image.Config.Config.Cmd);
        Assert.Equal("app", image.Config.Config.User);
        Assert.Equal("/app", image.Config.Config.WorkingDir);
        Assert.Equal("other", image.Config.Config.Labels!["kind"]);
        Assert.Equal(["8000/tcp"], image.Config.Config.ExposedPorts!.Keys);
        Assert.Equal(
            [
                "made by hand|False", "ARG GREETING=hello|True", "ENV NAME=web|True", "LABEL kind=test|True", "WORKDIR /app|False", "COPY . . # buildkit|False",
                "RUN |1 GREETING=hello /bin/sh -c echo \"$GREETING $NAME\" > made && cat app.txt # buildkit|False", "USER app|True", "EXPOSE [8000/tcp]|True", "CMD [\"cat\" \"made\"]|True",
            ],
            image.Config.History!.Select(h => $"{h.CreatedBy}|{h.EmptyLayer}"));
        Assert.All(image.Config.History!.Skip(1), h => Assert.Equal("buildkit.dockerfile.v0", h.Comment));
        Assert.Equal(["[1/4] FROM base", "[2/4] WORKDIR /app", "[3/4] COPY . .", "[4/4] RUN echo \"$GREETING $NAME\" > made && cat app.txt"],
            _fixture.StepNames);
        _fixture.AssertNothingLeft();
        Assert.Empty(_fixture.Images.Check(CheckMode.Report));
    }

    [Fact]
    public async Task An_unchanged_rebuild_runs_nothing_and_gives_the_same_image()
    {
        BuildResult first = await _fixture.Build(App);
        File.SetLastWriteTimeUtc(Path.Combine(_fixture.Context, "app.txt"), new DateTime(2001, 1, 1));
        BuildResult second = await _fixture.Build(App);
        Assert.Equal(first.Image.Id, second.Image.Id);
        Assert.Equal((3, 3), (second.Steps, second.CachedSteps));
        Assert.Equal(3, _fixture.Events.OfType<BuildStepCached>().Count());
        Assert.Empty(_fixture.Runner.Steps);
    }

    [Fact]
    public async Task Changes_run_what_depends_on_them_again()
    {
        await _fixture.Build(App);
        _fixture.Write("app.txt", "two\n");
        Assert.Equal(1, (await _fixture.Build(App)).CachedSteps);
        File.SetUnixFileMode(Path.Combine(_fixture.Context, "app.txt"), (UnixFileMode)0x1ED);
        Assert.Equal(1, (await _fixture.Build(App)).CachedSteps);
        Assert.Equal(2, (await _fixture.Build(App, r => r with { BuildArgs = new Dictionary<string, string> { ["GREETING"] = "bye" } })).CachedSteps);
        Assert.Equal(3, (await _fixture.Build(App)).CachedSteps);
        Assert.Equal(3, (await _fixture.Build(App.Replace("kind=test", "kind=new", StringComparison.Ordinal))).CachedSteps);
        Assert.Equal(1, (await _fixture.Build(App.Replace("COPY . .", "COPY --chown=app . .", StringComparison.Ordinal))).CachedSteps);
        Assert.Equal(0, (await _fixture.Build(App, r => r with { NoCache = true })).CachedSteps);
        Assert.Equal(3, (await _fixture.Build(App)).CachedSteps);
        Assert.Equal(3, (await _fixture.Build(App, r => r with { BuildArgs = new Dictionary<string, string> { ["http_proxy"] = "x" } })).CachedSteps);
    }

    [Fact]
    public async Task A_step_that_fails_says_how_and_where_and_leaves_nothing()
    {
        BrigException error = await Assert.ThrowsAsync<BrigException>(() => _fixture.Build("FROM base\n\nRUN touch /x && \\\n  exit 3", r => r with { Tags = [ImageReference.Parse("web")] }));
        Assert.Equal("Dockerfile:3: process \"/bin/sh -c touch /x &&   exit 3\" did not complete successfully: exit code: 3", error.Message);
        Assert.Equal(error.Message, _fixture.Events.OfType<BuildStepFailed>().Single().Reason);
        Assert.Null(_fixture.Images.Find("web"));
        Assert.Single(_fixture.Images.List());
        _fixture.AssertNothingLeft();
        Assert.Empty(_fixture.Images.Check(CheckMode.Report));
    }

    [Fact]
    public async Task Steps_before_a_failure_stay_cached()
    {
        await Assert.ThrowsAsync<BrigException>(() => _fixture.Build("FROM base\nRUN touch /x\nRUN exit 1"));
        Assert.Equal(1, (await _fixture.Build("FROM base\nRUN touch /x\nRUN exit 0")).CachedSteps);
    }

    [Fact]
    public async Task Cancelling_ends_the_step_and_leaves_nothing()
    {
        using CancellationTokenSource source = new();
        Task<BuildResult> build = _fixture.BuildUntil("FROM base\nRUN touch /x; echo up; sleep 60", null, source.Token);
        while (!_fixture.Output.Contains("up", StringComparison.Ordinal))
        {
            await Task.Delay(20, TestContext.Current.CancellationToken);
        }

        await source.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => build);
        _fixture.AssertNothingLeft();
        Assert.Single(_fixture.Images.List());
        Assert.Empty(_fixture.Images.Check(CheckMode.Report));
    }

    [Fact]
    public async Task Scratch_takes_files()
    {
        BuildResult result = await _fixture.Build("FROM scratch\nCOPY app.txt /\nCOPY <<E /made/x\nhi\nE\nCMD [\"/app.txt\"]");
        Assert.Equal(2, result.Image.Layers.Count);
        Assert.Equal("hi\n", _fixture.Read(result.Image, "made/x"));
        Assert.Equal("[1/2] COPY app.txt /", _fixture.StepNames[0]);
    }

    [Fact]
    public async Task A_build_of_configuration_alone_is_the_same_image_again()
    {
        BuildResult first = await _fixture.Build("FROM base\nENV A=1");
        Assert.Equal(first.Image.Layers, _fixture.Images.Get("base").Layers);
        Assert.Equal(first.Image.Id, (await _fixture.Build("FROM base\nENV A=1")).Image.Id);
    }

    [Fact]
    public async Task Scripts_run_and_leave_no_trace()
    {
        BuildResult result = await _fixture.Build("FROM base\nRUN <<E\n#!/bin/sh\necho script > /made\nE\nRUN <<E\nset -e\necho two >> /made\nE");
        Assert.Equal("script\ntwo\n", _fixture.Read(result.Image, "made"));
        Assert.All(_fixture.Images.LowersOf(result.Image).Take(2), layer => Assert.Equal(["made"], Directory.EnumerateFileSystemEntries(layer).Select(Path.GetFileName)));
    }

    [Fact]
    public async Task A_RUN_that_changes_nothing_makes_a_layer()
    {
        BuildResult result = await _fixture.Build("FROM base\nRUN true\nRUN true\nRUN cat /etc/passwd");
        Assert.Equal(4, result.Image.Layers.Count);
        Assert.Equal(2, result.Image.Layers.Distinct().Count());
        Assert.Contains("app:x:100", _fixture.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task WORKDIR_belongs_to_the_user_and_RUN_to_him()
    {
        BuildResult result = await _fixture.Build("FROM base\nUSER app\nWORKDIR /a/b\nRUN id -u > who");
        Assert.Equal("100\n", _fixture.Read(result.Image, "a/b/who"));
        Assert.Equal((100u, 200u), Files.TryStat(null, Path.Combine(_fixture.Images.Layers.PathOf(result.Image.Layers[1]), "a/b")) is { } s ? (s.Uid, s.Gid) : default);
    }

    [Fact]
    public async Task Pruning_takes_back_layers_that_only_the_cache_had()
    {
        await _fixture.Build("FROM base\nRUN touch /only-cached", r => r with { Tags = [ImageReference.Parse("web")] });
        int layers = _fixture.Images.Layers.All().Count;
        _fixture.Images.Remove("web", new RemovalOptions());
        Assert.Equal(layers, _fixture.Images.Layers.All().Count);
        Assert.Equal(1, (await _fixture.Build("FROM base\nRUN touch /only-cached", r => r with { Tags = [ImageReference.Parse("web")] })).CachedSteps);
        _fixture.Images.Remove("web", new RemovalOptions());
        Assert.Equal(2, _fixture.Cache.Prune(TimeSpan.Zero));
        Assert.Single(_fixture.Images.Layers.All());
        Assert.Empty(_fixture.Images.Check(CheckMode.Report));
    }

    [Theory]
    [InlineData("FROM base\n\nCOPY none /", "Dockerfile:3: \"/none\": not found")]
    [InlineData("FROM base\nCOPY Dockerfile /", "Dockerfile:2: \"/Dockerfile\": not found (.dockerignore excludes it)")]
    [InlineData("ARG X\nFROM $X", "Dockerfile:2: base name ($X) should not be blank")]
    [InlineData("FROM base\nCOPY --chown=who app.txt /", "Dockerfile:2: unable to find user who: no matching entries in passwd file")]
    [InlineData("FROM base\nCOPY . /etc/passwd", "Dockerfile:2: cannot copy to non-directory: /etc/passwd")]
    public async Task Errors_name_the_line(string dockerfile, string message)
    {
        Assert.Equal(message, (await Assert.ThrowsAsync<BrigException>(() => _fixture.Build(dockerfile))).Message);
        _fixture.AssertNothingLeft();
    }

    [Fact]
    public async Task A_base_that_cannot_be_pulled_names_the_line()
    {
        BrigException error = await Assert.ThrowsAsync<BrigException>(() => _fixture.Build("\nFROM localhost:1/none"));
        Assert.StartsWith("Dockerfile:2: localhost:1/none: ", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Unused_args_and_unknown_targets_are_told()
    {
        await _fixture.Build("FROM base AS one", r => r with { BuildArgs = new Dictionary<string, string> { ["NOPE"] = "1" }, Target = "ONE" });
        Assert.Equal("one or more build-args [NOPE] were not consumed", _fixture.Events.OfType<BuildWarning>().Single().Text);
        Assert.Equal("target stage \"two\" could not be found", (await Assert.ThrowsAsync<BrigException>(() => _fixture.Build("FROM base", r => r with { Target = "two" }))).Message);
    }

    [Fact]
    public async Task An_attack_through_links_of_the_base_stays_inside()
    {
        string outside = Directory.CreateTempSubdirectory("brig-outside-").FullName;
        try
        {
            BuildResult result = await _fixture.Build($"FROM base\nRUN rm -rf /tmp && cat /etc/passwd > /dev/null; rm /bin/id; exec 3>/etc/x\nCOPY <<E {outside}/f\nx\nE");
            Assert.Empty(Directory.EnumerateFileSystemEntries(outside));
            Assert.Equal("x\n", _fixture.Read(result.Image, outside + "/f"));
        }
        finally
        {
            Directory.Delete(outside);
        }
    }
}
