using Brig.Builds.Checks;
using Brig.Builds.Context;
using Brig.Builds.Dockerfiles;
using Brig.Builds.Execution;
using Brig.Builds.Plan;
using Brig.Builds.Sources;
using Brig.Builds.Variables;
using Brig.Oci;

namespace Brig.Builds.Tests.Plan;

/// <summary>Whatever is written, the answer is a result or a BrigException of one line.</summary>
public sealed class PlanFuzzTests
{
    private const int Rounds = 30_000;

    private static string Text(Random random, string[] pieces, int most) =>
        string.Concat(Enumerable.Range(0, random.Next(1, most)).Select(_ => random.Next(25) == 0 ? ((char)random.Next(1, 300)).ToString() : pieces[random.Next(pieces.Length)]));

    private static void Try(Action action)
    {
        try
        {
            action();
        }
        catch (BrigException error)
        {
            Assert.DoesNotContain('\n', error.Message);
        }
    }

    [Fact]
    public void Mounts_are_read_or_refused()
    {
        string[] pieces = ["type=", "bind", "cache", "tmpfs", "secret", "ssh", ",", "target=", "/a", "src=", "from=", "$x", "ro", "rw=", "true", "=", "\"", "size=", "1g", "99999999999999t", "mode=", "0755", "9", "uid=", "4294967295", "id=", "env=", "sharing=", "locked", "required", "..", "/"];
        Random random = Fuzz.Random(1);
        Expander expander = new('\\', _ => "v");
        for (int round = 0; round < Fuzz.Rounds(Rounds); round++)
        {
            string text = Text(random, pieces, 12);
            Try(() => Assert.True(RunMountParser.Parse(text, expander, "/w", 0) is { } mount && (mount.Target.Length == 0 || mount.Target.StartsWith('/')), text));
        }
    }

    [Fact]
    public void Patterns_are_matched_or_refused()
    {
        string[] pieces = ["*", "**", "?", "[", "]", "^", "-", "a", "b", "/", "!", "\\", "\n", "#", ".", "..", " ", "ü", "\uD800"];
        Random random = Fuzz.Random(2);
        for (int round = 0; round < Fuzz.Rounds(Rounds); round++)
        {
            string text = Text(random, pieces, 16), path = Text(random, ["a", "b", "/", "ü", "."], 8).Trim('/');
            Try(() =>
            {
                IgnoreRules rules = IgnoreRules.Parse(text, ".dockerignore");
                rules.IsIgnored(rules.Above(path), path);
            });
            Try(() => Glob.Parse(text, GlobStars.AcrossDirectories).Matches(path));
        }
    }

    [Fact]
    public void Addresses_modes_ports_and_checks_are_read_or_refused()
    {
        string[] pieces = ["https://", "http://", "git@", "ssh://", "host", ":", "/", ".git", "#", "?", "ref=", "&", "subdir=", "..", "a", "%zz", "u=rwX", "+", "0777", "80", "-", "/tcp", ",", "skip=", ";", "error=", "all", "github.com/"];
        Random random = Fuzz.Random(3);
        for (int round = 0; round < Fuzz.Rounds(Rounds); round++)
        {
            string text = Text(random, pieces, 10);
            Try(() => GitAddress.TryParse(text));
            Try(() => ModeChange.Parse(text).Apply(0x1ED, isDirectory: false));
            Try(() => Assert.True(PortNames.Parse(text).Count() <= 65536));
            Try(() => _ = new CheckLog(text));
            Try(() => CommaFields.Split(text));
            Try(() => Assert.NotEmpty(RunDevice.Parse(text).Name));
        }
    }

    [Fact]
    public void Whole_files_are_planned_and_checked_or_refused()
    {
        string[] lines =
        [
            "FROM scratch\n", "FROM a AS b\n", "FROM $X\n", "RUN --mount=type=cache,target=/c x\n", "RUN <<E\nx\nE\n", "COPY --from=b --link --parents a b /c/\n", "COPY --chown=$X a .\n", "ADD --checksum=x http://a/b /\n",
            "ADD https://x/y.git#z /\n", "ENV A=$A$B\n", "ARG A=${B:-x}\n", "ARG B\n", "WORKDIR $A\n", "USER ${C:?no}\n", "EXPOSE 1-70000\n", "EXPOSE $A\n", "ONBUILD COPY . /\n", "SHELL [\"a\"]\n", "HEALTHCHECK CMD x\n", "LABEL a b\n",
            "VOLUME [\"/x\"]\n", "CMD []\n", "ENTRYPOINT x\n", "STOPSIGNAL 9\n", "MAINTAINER x\n", "# check=skip=all\n", "# x y\n",
        ];
        Random random = Fuzz.Random(4);
        for (int round = 0; round < Fuzz.Rounds(5_000); round++)
        {
            string text = string.Concat(Enumerable.Range(0, random.Next(1, 12)).Select(_ => lines[random.Next(lines.Length)]));
            Try(() =>
            {
                Dockerfile file = Dockerfile.Parse(text, "Dockerfile");
                CheckLog log = new(file.Directives.Check);
                new Linter(file, log).Run();
                BuildScope scope = new(file, new Dictionary<string, string>(), Platform.Host, "default", log);
                foreach (Stage stage in file.Stages)
                {
                    Try(() => new StagePlanner(stage, null, scope).Plan());
                }

                OutlineWriter.Write(file, null, new Dictionary<string, string>());
                Assert.NotNull(log.Warnings);
            });
        }
    }
}
