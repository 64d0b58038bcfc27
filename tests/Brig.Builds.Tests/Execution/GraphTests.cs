using Brig.Images;
using Brig.Linux;
using Brig.Oci;

namespace Brig.Builds.Tests.Execution;

/// <summary>Builds of several stages.</summary>
public sealed class GraphTests : IDisposable
{
    private readonly BuildFixture _fixture = new();

    public void Dispose() => _fixture.Dispose();

    [Fact]
    public async Task Stages_hand_files_on_and_unused_ones_do_not_run()
    {
        BuildResult result = await _fixture.Build("""
            FROM base AS one
            RUN echo 1 > /one
            FROM base AS unused
            RUN exit 9
            FROM base AS two
            COPY --from=one /one /from-one
            RUN cat /from-one > /two; echo 2 >> /two
            FROM scratch
            COPY --from=two /two /
            COPY --from=0 /one /zero
            """);
        Assert.Equal("1\n2\n", _fixture.Read(result.Image, "two"));
        Assert.Equal("1\n", _fixture.Read(result.Image, "zero"));
        Assert.Equal(2, result.Image.Layers.Count);
        Assert.DoesNotContain(_fixture.StepNames, name => name.Contains("exit 9", StringComparison.Ordinal));
        Assert.Contains("[two 2/3] COPY --from=one /one /from-one", _fixture.StepNames);
        Assert.Contains("[stage-3 1/2] COPY --from=two /two /", _fixture.StepNames);
        _fixture.AssertNothingLeft();
        Assert.Empty(_fixture.Images.Check(CheckMode.Report));
    }

    [Fact]
    public async Task A_stage_on_a_stage_inherits_files_configuration_and_args()
    {
        BuildResult result = await _fixture.Build("""
            ARG G=global
            FROM base AS below
            ARG G
            ENV E=$G
            RUN echo below > /below
            FROM below
            RUN echo "$E $G" > /above
            """);
        Assert.Equal("global global\n", _fixture.Read(result.Image, "above"));
        Assert.Equal("below\n", _fixture.Read(result.Image, "below"));
        Assert.Equal(3, result.Image.Layers.Count);
        Assert.Equal(["made by hand", "ARG G=global", "ENV E=global", "RUN |1 G=global /bin/sh -c echo below > /below # buildkit", "RUN |1 G=global /bin/sh -c echo \"$E $G\" > /above # buildkit"],
            result.Image.Config.History!.Select(entry => entry.CreatedBy));
    }

    [Fact]
    public async Task A_step_of_the_same_inputs_is_found_from_another_Dockerfile()
    {
        _fixture.Write("a", "x");
        await _fixture.Build("FROM base\nCOPY a /a\nRUN cat /a > /b");
        BuildResult other = await _fixture.Build("FROM base AS other\nLABEL new=1\nCOPY ./a /a\nRUN cat /a > /b\nFROM scratch\nCOPY --from=other /b /");
        Assert.Equal(2, other.CachedSteps);
    }

    [Fact]
    public async Task Copies_from_stages_keep_owners_and_those_from_the_context_are_roots()
    {
        _fixture.Write("c", "x");
        File.SetUnixFileMode(Path.Combine(_fixture.Context, "c"), (UnixFileMode)0x1A4);
        Files.ChangeOwner(null, Path.Combine(_fixture.Context, "c"), 33, 44);
        BuildResult result = await _fixture.Build("""
            FROM base AS one
            COPY --chown=11:22 c /d/
            FROM scratch
            COPY --from=one /d/c /kept
            COPY --from=one --chown=5 /d/c /given
            COPY c /context
            """);
        Assert.Equal((11u, 22u), Owner(result.Image, "kept"));
        Assert.Equal((5u, 5u), Owner(result.Image, "given"));
        Assert.Equal((0u, 0u), Owner(result.Image, "context"));
    }

    [Fact]
    public async Task A_linked_copy_is_one_layer_whatever_lies_below()
    {
        _fixture.Write("a", "x");
        BuildResult one = await _fixture.Build("FROM base\nCOPY --link a /dir/\n");
        BuildResult two = await _fixture.Build("FROM base\nRUN touch /other\nCOPY --link a /dir/\n");
        Assert.Equal(one.Image.Layers[^1], two.Image.Layers[^1]);
        Assert.Equal(1, two.CachedSteps);
    }

    [Fact]
    public async Task Parents_and_excludes_choose_what_is_copied()
    {
        foreach (string name in (string[])["a/b/one.txt", "a/b/two.log", "a/three.txt", "four.txt"])
        {
            _fixture.Write(name, name);
        }

        BuildResult result = await _fixture.Build("FROM scratch\nCOPY --parents a/b/*.txt /p/\nCOPY --parents a/./b /q\nCOPY --parents **/*.txt /r/\nCOPY --exclude=*.log --exclude=b a /s");
        Assert.Equal(["p/a/b/one.txt", "q/b/one.txt", "q/b/two.log", "r/a/b/one.txt", "r/a/three.txt", "r/four.txt", "s/three.txt"], FilesOf(result.Image));
    }

    [Fact]
    public async Task Add_unpacks_archives_of_the_context_and_copies_the_rest()
    {
        _fixture.Write("files/x", "in archive");
        Host($"cd {_fixture.Context} && tar -C files -cf plain.tar x && tar -C files -czf zipped.tgz x && tar -C files -cJf packed.txz x && tar -C files -cjf small.tbz x && echo text > text.tar");
        BuildResult result = await _fixture.Build("FROM scratch\nADD plain.tar /a\nADD zipped.tgz /b/\nADD packed.txz /c\nADD small.tbz /e\nADD text.tar /d/\nADD --unpack=false plain.tar /f/\nCOPY plain.tar /g/");
        Assert.Equal(["a/x", "b/x", "c/x", "d/text.tar", "e/x", "f/plain.tar", "g/plain.tar"], FilesOf(result.Image));
    }

    [Fact]
    public async Task Times_are_those_of_the_inputs_and_of_SOURCE_DATE_EPOCH()
    {
        _fixture.Write("a", "x");
        File.SetLastWriteTimeUtc(Path.Combine(_fixture.Context, "a"), new DateTime(2020, 1, 2, 3, 4, 5, DateTimeKind.Utc));
        BuildResult usual = await _fixture.Build("FROM base\nCOPY a /a\nRUN touch /b");
        Assert.Equal(new DateTimeOffset(2020, 1, 2, 3, 4, 5, TimeSpan.Zero), usual.Image.Created);
        Assert.Equal(1577934245_000000000, Status(usual.Image, "b").ModifiedNanoseconds);
        BuildResult again = await _fixture.Build("FROM base\nCOPY a /a\nRUN touch /b", r => r with { NoCache = true });
        Assert.Equal(usual.Image.Id, again.Image.Id);
        BuildResult early = await _fixture.Build("FROM base\nCOPY a /a\nRUN touch /b", r => r with { BuildArgs = new Dictionary<string, string> { ["SOURCE_DATE_EPOCH"] = "1000" } });
        Assert.Equal(1000, early.Image.Created!.Value.ToUnixTimeSeconds());
        Assert.Equal(1000_000000000, Status(early.Image, "a").ModifiedNanoseconds);
    }

    [Fact]
    public async Task A_named_context_stands_before_stages_and_images()
    {
        Directory.CreateDirectory(_fixture.Folder["other"]);
        _fixture.Folder.Write("other/f", "named");
        BuildResult result = await _fixture.Build("FROM base AS data\nRUN exit 1\nFROM scratch\nCOPY --from=data f /f\nCOPY --from=files f /g",
            r => r with { Contexts = new Dictionary<string, string> { ["data"] = _fixture.Folder["other"], ["files"] = _fixture.Folder["other"] } });
        Assert.Equal("named", _fixture.Read(result.Image, "f"));
        Assert.Equal("named", _fixture.Read(result.Image, "g"));
    }

    [Fact]
    public async Task Only_the_target_and_what_it_needs_is_built()
    {
        BuildResult result = await _fixture.Build("FROM base AS a\nRUN touch /a\nFROM base AS b\nRUN exit 1", r => r with { Target = "A" });
        Assert.Equal(1, result.Steps);
        BrigException error = await Assert.ThrowsAsync<BrigException>(() => _fixture.Build("FROM base AS alpha", r => r with { Target = "alpah" }));
        Assert.Equal("target stage \"alpah\" could not be found (did you mean alpha?)", error.Message);
    }

    [Fact]
    public async Task No_cache_for_one_stage_leaves_the_others()
    {
        const string file = "FROM base AS a\nRUN touch /a\nFROM base AS b\nRUN touch /b\nFROM scratch\nCOPY --from=a /a /\nCOPY --from=b /b /";
        await _fixture.Build(file);
        BuildResult again = await _fixture.Build(file, r => r with { NoCacheStages = ["a"] });
        Assert.Equal((4, 3), (again.Steps, again.CachedSteps));
    }

    [Theory]
    [InlineData("FROM base AS a\nCOPY --from=b /x /\nFROM base AS b\nFROM a", "Dockerfile:2: cannot copy from stage \"b\", it needs to be defined before current stage \"a\"")]
    [InlineData("FROM base\nCOPY --from=0 /x /", "Dockerfile:2: invalid from flag value 0: the stage must stand before this one")]
    [InlineData("FROM base AS a\nFROM scratch\nCOPY --from=a /nothing /", "Dockerfile:3: \"/nothing\": not found")]
    [InlineData("FROM base\nRUN --security=insecure true", "Dockerfile:2: security.insecure is not allowed (allow it with --allow security.insecure)")]
    public async Task Errors_of_the_graph_name_the_line(string dockerfile, string message)
    {
        Assert.Equal(message, (await Assert.ThrowsAsync<BrigException>(() => _fixture.Build(dockerfile))).Message);
        Assert.Contains(">>>", _fixture.Events.OfType<BuildFailed>().Single().Excerpt, StringComparison.Ordinal);
        _fixture.AssertNothingLeft();
    }

    [Fact]
    public async Task A_failing_stage_ends_the_others_and_is_the_one_that_is_told()
    {
        BrigException error = await Assert.ThrowsAsync<BrigException>(() => _fixture.Build("FROM base AS slow\nRUN sleep 60; touch /x\nFROM base AS bad\nRUN exit 3\nFROM scratch\nCOPY --from=slow /x /\nCOPY --from=bad /x /"));
        Assert.StartsWith("Dockerfile:4: process", error.Message, StringComparison.Ordinal);
        _fixture.AssertNothingLeft();
    }

    private static void Host(string script)
    {
        using System.Diagnostics.Process process = System.Diagnostics.Process.Start(new System.Diagnostics.ProcessStartInfo("sh") { ArgumentList = { "-c", script } })!;
        process.WaitForExit();
        Assert.Equal(0, process.ExitCode);
    }

    private FileStatus Status(Image image, string path) => _fixture.Images.LowersOf(image).Select(lower => Files.TryStat(null, Path.Join(lower, path))).OfType<FileStatus>().First();

    private (uint, uint) Owner(Image image, string path) => Status(image, path) is var status ? (status.Uid, status.Gid) : default;

    private List<string> FilesOf(Image image) =>
        [.. _fixture.Images.LowersOf(image).SelectMany(lower => Directory.EnumerateFiles(lower, "*", SearchOption.AllDirectories).Select(path => Path.GetRelativePath(lower, path))).Order(StringComparer.Ordinal)];
}
