using Brig.Builds.Dockerfiles;
using Brig.Builds.Plan;
using Brig.Oci;
using Brig.Oci.Images;

namespace Brig.Builds.Tests.Plan;

public sealed class StagePlannerTests
{
    private static readonly ImageConfig s_base = new()
    {
        Architecture = Platform.Host.Architecture,
        Os = "linux",
        RootFs = new RootFilesystem { Type = "layers", DiffIds = [] },
        Config = new ExecutionConfig { Env = ["A=base"], Cmd = ["bash"], WorkingDir = "/srv" },
    };

    private static StagePlan Plan(string body, ImageConfig? below = null, params (string, string)[] given)
    {
        Dockerfile file = Dockerfile.Parse(body.Contains("FROM", StringComparison.Ordinal) ? body : "FROM x\n" + body, "Dockerfile");
        return new StagePlanner(file.Stages[0], below ?? s_base, new BuildScope(file, given.ToDictionary(p => p.Item1, p => p.Item2))).Plan();
    }

    private static string[] History(string body, params (string, string)[] given) => [.. Plan(body, null, given).History.Select(h => h.CreatedBy)];

    [Theory]
    [InlineData("ENV B=1 C=\"x y\"", "ENV B=1 C=x y")]
    [InlineData("ENV B the rest", "ENV B=the rest")]
    [InlineData("LABEL a=b", "LABEL a=b")]
    [InlineData("CMD [\"a\", \"b c\"]", "CMD [\"a\" \"b c\"]")]
    [InlineData("CMD a b", "CMD [\"/bin/sh\" \"-c\" \"a b\"]")]
    [InlineData("ENTRYPOINT [\"a\"]", "ENTRYPOINT [\"a\"]")]
    [InlineData("EXPOSE 8000 53/udp 1-3", "EXPOSE [8000/tcp 53/udp 1/tcp 2/tcp 3/tcp]")]
    [InlineData("USER $A", "USER base")]
    [InlineData("VOLUME /a /b", "VOLUME [/a /b]")]
    [InlineData("STOPSIGNAL SIGINT", "STOPSIGNAL SIGINT")]
    [InlineData("SHELL [\"/bin/bash\", \"-c\"]", "SHELL [/bin/bash -c]")]
    [InlineData("WORKDIR sub", "WORKDIR /srv/sub")]
    [InlineData("WORKDIR /", "WORKDIR /")]
    [InlineData("RUN a && b", "RUN /bin/sh -c a && b # buildkit")]
    [InlineData("RUN [\"a\", \"b\"]", "RUN a b # buildkit")]
    [InlineData("COPY --chown=1:2 a b /c/", "COPY --chown=1:2 a b /c/ # buildkit")]
    [InlineData("ONBUILD RUN x", "ONBUILD RUN x")]
    [InlineData("MAINTAINER me", "MAINTAINER me")]
    [InlineData("ARG X=1", "ARG X=1")]
    [InlineData("ARG X", "ARG X")]
    public void Writes_history_as_BuildKit_does(string instruction, string history) => Assert.Equal([history], History(instruction));

    [Fact]
    public void Args_stand_in_the_history_of_RUN() =>
        Assert.Equal(["ARG X=1", "ARG Y", "ARG Z=3", "RUN |2 X=1 Z=3 /bin/sh -c c # buildkit"], History("ARG X=1\nARG Y\nARG Z\nRUN c", ("Z", "3")));

    [Theory]
    [InlineData("ARG X=1\nUSER $X", "1")]
    [InlineData("ARG X\nUSER u$X", "u")]
    [InlineData("ARG X=1\nENV X=2\nUSER $X", "2")]
    [InlineData("ENV X=2\nARG X=1\nUSER $X", "2")]
    [InlineData("ARG A=arg\nUSER $A", "base")]
    [InlineData("ENV B=1\nENV B=2 C=$B\nUSER $C", "1")]
    [InlineData("USER u$G", "u")]
    [InlineData("ARG G=global\nFROM x\nUSER u$G", "u")]
    [InlineData("ARG G=global\nFROM x\nARG G\nUSER $G", "global")]
    [InlineData("ARG G=global\nFROM x\nARG G=own\nUSER $G", "own")]
    [InlineData("ARG GIVEN=global\nFROM x\nARG GIVEN=own\nUSER $GIVEN", "outside")]
    [InlineData("ARG G=1\nARG H=${G}2\nFROM x\nARG H\nUSER $H", "12")]
    [InlineData("FROM x\nARG TARGETOS\nUSER u$TARGETOS", "ulinux")]
    [InlineData("FROM x\nUSER u$TARGETOS", "u")]
    [InlineData("USER u$GIVEN", "u")]
    [InlineData("USER ${A%se}", "ba")]
    public void Variables_have_the_documented_scope(string body, string user) =>
        Assert.Equal(user, Plan(body, null, ("GIVEN", "outside")).Config.User);

    [Fact]
    public void RUN_gets_variables_args_and_proxies_but_history_no_proxies()
    {
        StagePlan plan = Plan("ARG X=1\nARG A=hidden\nRUN c", null, ("http_proxy", "p"), ("no_proxy", "n"));
        RunStep run = Assert.IsType<RunStep>(plan.Steps[0]);
        Assert.Equal(["A=base", "PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin", "X=1"], run.Environment);
        Assert.Equal(["http_proxy=p", "no_proxy=n"], run.Proxies);
        Assert.DoesNotContain("proxy", plan.History[^1].CreatedBy, StringComparison.Ordinal);
    }

    [Fact]
    public void ENTRYPOINT_clears_an_inherited_CMD_only()
    {
        Assert.Null(Plan("ENTRYPOINT [\"e\"]").Config.Cmd);
        Assert.Equal(["c"], Plan("CMD [\"c\"]\nENTRYPOINT [\"e\"]").Config.Cmd);
        Assert.Null(Plan("ENTRYPOINT []").Config.Entrypoint);
    }

    [Fact]
    public void Heredocs_become_scripts()
    {
        Assert.Equal(["/bin/sh", "-c", "a\nb\n"], Assert.IsType<RunStep>(Plan("RUN <<E\na\nb\nE").Steps[0]).Args);
        Assert.Equal(["/bin/sh", "-c", "cat <<E\na\nE\n"], Assert.IsType<RunStep>(Plan("RUN cat <<E\na\nE").Steps[0]).Args);
        Assert.Equal("#!/bin/cat\nx\n", Assert.IsType<RunStep>(Plan("RUN <<E\n#!/bin/cat\nx\nE").Steps[0]).Script?.Body);
        Assert.Equal("v base\n", Assert.IsType<CopyStep>(Plan("COPY <<E /f\nv $A\nE").Steps[0]).Heredocs[0].Body);
        Assert.Equal("v $A\n", Assert.IsType<CopyStep>(Plan("COPY <<'E' /f\nv $A\nE").Steps[0]).Heredocs[0].Body);
    }

    [Theory]
    [InlineData("COPY a .", "/srv/")]
    [InlineData("COPY a ./", "/srv/")]
    [InlineData("COPY a x", "/srv/x")]
    [InlineData("COPY a x/", "/srv/x/")]
    [InlineData("COPY a b x", "/srv/x/")]
    [InlineData("COPY a ../../..", "/")]
    [InlineData("COPY a /", "/")]
    [InlineData("WORKDIR /w\nCOPY a x", "/w/x")]
    public void Destinations_stand_on_the_working_directory(string body, string destination) =>
        Assert.Equal(destination, Assert.IsType<CopyStep>(Plan(body).Steps[^1]).Destination);

    [Fact]
    public void Triggers_of_the_base_run_first_and_are_not_handed_on()
    {
        ImageConfig below = s_base with { Config = s_base.Config! with { OnBuild = ["RUN first", "ENV T=1"] } };
        StagePlan plan = Plan("RUN second\nONBUILD RUN later", below);
        Assert.Equal(["RUN /bin/sh -c first # buildkit", "ENV T=1", "RUN /bin/sh -c second # buildkit", "ONBUILD RUN later"], plan.History.Select(h => h.CreatedBy));
        Assert.Equal(["RUN later"], plan.Config.OnBuild);
    }

    [Theory]
    [InlineData("COPY --from=$A a c", "Dockerfile:2: variable expansion is not supported for --from, define a new stage with FROM using ARG from global scope as a workaround")]
    [InlineData("RUN --mount=type=cach,target=/x a", "Dockerfile:2: unsupported mount type \"cach\" (did you mean cache?)")]
    [InlineData("RUN --mount=type=cache,traget=/x a", "Dockerfile:2: unexpected key 'traget' in 'traget=/x' (did you mean target?)")]
    [InlineData("RUN --mount=type=cache,target=/ a", "Dockerfile:2: 'type=cache,target=/': invalid mount target \"/\"")]
    [InlineData("RUN --security=none a", "Dockerfile:2: security mode \"none\" is not valid (sandbox or insecure)")]
    [InlineData("ADD --checksum=sha256:00 a b", "Dockerfile:2: checksum requires HTTP(S) or Git sources")]
    [InlineData("\n\nUSER ${A:=b}", "Dockerfile:4: unsupported modifier (:=) in substitution")]
    [InlineData("EXPOSE 80/icmp", "Dockerfile:2: invalid proto: icmp")]
    [InlineData("EXPOSE 70000", "Dockerfile:2: invalid containerPort: 70000")]
    [InlineData("STOPSIGNAL SIGWHAT", "Dockerfile:2: invalid signal: SIGWHAT")]
    public void Says_what_it_cannot_do_and_where(string body, string message) =>
        Assert.Equal(message, Assert.Throws<BrigException>(() => Plan(body)).Message);
}
