using System.Text.Json.Nodes;
using Brig.EndToEnd.Support;

namespace Brig.EndToEnd.Builds;

/// <summary>What builds are given: contexts of all kinds, times, agents, devices, platforms, caches of other machines.</summary>
public sealed class BuildInputTests(SmallBase small) : IClassFixture<SmallBase>
{
    private const string Committer = "git -c user.name=a -c user.email=a@b";

    private EngineRoot Brig => small.Root;

    [Fact]
    public void A_copy_is_found_on_another_machine_by_what_it_copies()
    {
        string context = Context("FROM base AS a\nRUN echo 1 > /1; head -c 8 /dev/urandom > /noise\nFROM base\nCOPY --from=a /1 /\nRUN --mount=target=/m cat /m/f > /2\n", ("f", "2\n")), cache = context + "-cache";
        Brig.Do("build", "-q", context);
        Assert.Equal(3, Cached(Brig.Try("build", "--progress", "plain", "--cache-to", $"type=local,dest={cache}", context)));
        using SmallBase elsewhere = new();
        Brig.Do("save", "-o", context + ".tar", "base");
        elsewhere.Root.Do("load", "-q", "-i", context + ".tar");
        File.SetLastWriteTimeUtc(context + "/f", DateTime.UtcNow.AddHours(-1));
        Outcome outcome = elsewhere.Root.Try("build", "--progress", "plain", "--cache-from", $"type=local,src={cache}", context);
        Assert.Equal(2, Cached(outcome));
        Assert.Equal(3, Cached(elsewhere.Root.Try("build", "--progress", "plain", context)));
    }

    [Fact]
    public void A_checkout_is_as_old_as_its_commit_wherever_and_whenever_it_is_made()
    {
        string first = Repository("FROM base\nCOPY f /f\nRUN cat /f > /g\n", "2020-01-02T03:04:05Z"), second = first + "-clone";
        Host.Shell($"git clone -q {first} {second}; touch -d '2030-01-01' {second}/f");
        Brig.Do("build", "-q", "-t", "first", first);
        Brig.Do("build", "-q", "--no-cache", "-t", "second", second);
        Assert.Equal(Brig.Inspect("first", "{{.Id}}"), Brig.Inspect("second", "{{.Id}}"));
        Assert.Equal("2020-01-02 03:04:05", Brig.Do("run", "--rm", "--network", "none", "second", "sh", "-c", "TZ=UTC stat -c %y /f | cut -c1-19"));
        Assert.Contains("reproduced", Brig.Do("build", "--verify", "first", second), StringComparison.Ordinal);

        // What comes later in the file changes nothing of the steps before it, found or run anew.
        File.AppendAllText(second + "/Dockerfile", "COPY Dockerfile /d\n");
        Brig.Do("build", "-q", "-t", "found", second);
        Brig.Do("build", "-q", "--no-cache", "-t", "anew", second);
        Assert.Equal(Brig.Inspect("found", "{{.Id}}"), Brig.Inspect("anew", "{{.Id}}"));
    }

    [Fact]
    public void The_moment_of_a_build_is_that_of_its_context_where_it_is_asked_for()
    {
        string context = Repository("FROM base\nARG SOURCE_DATE_EPOCH\nRUN echo $SOURCE_DATE_EPOCH > /epoch\n", "2021-05-06T07:08:09Z");
        string id = Brig.Do("build", "-q", "--build-arg", "SOURCE_DATE_EPOCH=context", context);
        Assert.Equal("1620284889", Brig.Do("run", "--rm", "--network", "none", id, "cat", "/epoch"));
        Assert.StartsWith("2021-05-06T07:08:09", Brig.Inspect(id, "{{.Created}}"), StringComparison.Ordinal);
    }

    [Fact]
    public void A_step_is_as_old_as_what_it_stands_on_and_takes()
    {
        string context = Context("FROM scratch AS old\nCOPY a /\nFROM scratch\nCOPY --from=old /a /\nCOPY b /\nCOPY a /c\n", ("a", "1"), ("b", "2"));
        File.SetLastWriteTimeUtc(context + "/a", new DateTime(2001, 1, 1, 0, 0, 0, DateTimeKind.Utc));
        File.SetLastWriteTimeUtc(context + "/b", new DateTime(2002, 1, 1, 0, 0, 0, DateTimeKind.Utc));
        Brig.Do("build", "-q", "-t", "aged", context);
        Assert.Equal("2002 2002 2001", string.Join(' ', Brig.Do("history", "--no-trunc", "--human=false", "--format", "{{.CreatedAt}}", "aged").Split('\n').Select(line => line[..4])));
    }

    [Fact]
    public void Contexts_have_names_and_stand_for_stages_and_images()
    {
        string other = Context("", ("f", "folder\n"));
        string context = Context("FROM base AS one\nRUN echo one > /f\nFROM base AS two\nRUN echo two > /f\nFROM used\nCOPY --from=extra /f /extra\nRUN --mount=from=used,target=/u cat /u/f > /mounted\n");
        string id = Brig.Do("build", "-q", "--build-context", "used=target:two", "--build-context", "extra=" + other, context);
        Assert.Equal("two folder two", Brig.Do("run", "--rm", "--network", "none", id, "sh", "-c", "echo $(cat /f /extra /mounted)"));
        Assert.Contains("no stage three before", Brig.Try("build", "-q", "--build-context", "used=target:three", "--build-context", "extra=" + other, context).Error, StringComparison.Ordinal);

        Brig.Do("tag", id, "named:1");
        Brig.Do("build", "-q", "-o", $"type=oci,tar=false,dest={context}-oci", Context("FROM base\nRUN echo layout > /f\n"));
        string both = Context("FROM left AS l\nFROM right\nCOPY --from=l /f /l\n");
        id = Brig.Do("build", "-q", "--build-context", "left=docker-image://named:1", "--build-context", $"right=oci-layout://{context}-oci", both);
        Assert.Equal("layout two", Brig.Do("run", "--rm", "--network", "none", id, "sh", "-c", "echo $(cat /f /l)"));
    }

    [Fact]
    public void Repositories_come_with_their_submodules_and_those_of_this_machine_only_by_name()
    {
        string place = Directory.CreateDirectory(Path.Combine(Brig.Path, "git-" + Guid.NewGuid().ToString("N")[..6])).FullName;
        Host.Shell($"""
            set -e; cd {place}; git init -q -b main sub; cd sub; echo deep > s; git add s; {Committer} commit -qm s; cd ..
            git init -q -b main work; cd work; printf 'FROM base\nCOPY m/s /s\nCOPY f /f\n' > Dockerfile; echo file > f
            git -c protocol.file.allow=always submodule --quiet add ../sub m; git add -A; {Committer} commit -qm one; cd ..
            for r in sub work; do git clone -q --bare $r $r.git; git -C $r.git update-server-info; done; sed -i 's|\.\./sub$|../sub.git|' work/.gitmodules
            git -C work {Committer[4..]} commit -qam two; git -C work push -q ../work.git main; git -C work.git update-server-info
            """);
        int port = Random.Shared.Next(20000, 30000);
        using RunningCommand server = new("/bin/busybox", ["httpd", "-f", "-p", $"127.0.0.1:{port}", "-h", place]);
        Assert.True(Host.Eventually(() => Host.Shell($"busybox wget -q -O - http://127.0.0.1:{port}/work.git/HEAD 2>/dev/null || true").Length > 0, 30));
        string id = Brig.Do("build", "-q", $"http://127.0.0.1:{port}/work.git");
        Assert.Equal("deep file", Brig.Do("run", "--rm", "--network", "none", id, "sh", "-c", "echo $(cat /s /f)"));

        Host.Shell($"cd {place}; git clone -q work.git plain; cd plain; git rm -q m; printf 'FROM base\nCOPY f /f\n' > Dockerfile; git add -A; {Committer} commit -qm three; git push -q origin main:plain");
        id = Brig.Do("build", "-q", $"file://{place}/work.git#plain");
        Assert.Equal("file", Brig.Do("run", "--rm", "--network", "none", id, "cat", "/f"));
        Assert.NotEqual(0, Brig.Try("build", "-q", Context($"FROM base\nADD file://{place}/work.git#plain /r\n")).ExitCode);
        Assert.Contains("transport 'file' not allowed", Brig.Try("build", "-q", $"file://{place}/work.git").Error, StringComparison.Ordinal);
    }

    [Fact]
    public void A_step_reaches_the_agent_with_its_keys_and_no_layer_has_a_trace_of_it()
    {
        string context = Context("""
            FROM debian
            COPY ssh /ssh
            RUN --mount=type=ssh LD_LIBRARY_PATH=/ssh/lib /ssh/ssh-add -l > /keys; stat -c %a $SSH_AUTH_SOCK > /mode
            RUN --mount=type=ssh,id=other,mode=0666,uid=5 stat -c '%a %u' $SSH_AUTH_SOCK > /other
            RUN test -z "$SSH_AUTH_SOCK" && ! test -e /run/buildkit
            """);
        Host.Shell($"mkdir -p {context}/ssh/lib; cp /usr/bin/ssh-add {context}/ssh/; ldd /usr/bin/ssh-add | grep -o '/lib/[^ ]*\\(selinux\\|crypto\\|pcre\\)[^ ]*' | xargs -I L cp L {context}/ssh/lib/");
        string socket = Path.Combine(Brig.Path, "agent-" + Guid.NewGuid().ToString("N")[..6]);
        using RunningCommand agent = new("ssh-agent", ["-D", "-a", socket]);
        Assert.True(Host.Eventually(() => File.Exists(socket), 30));
        string key = Host.Shell($"ssh-keygen -q -t ed25519 -N '' -C the-key -f {socket}.key; SSH_AUTH_SOCK={socket} ssh-add -q {socket}.key; ssh-keygen -lf {socket}.key");
        string id = Host.Shell($"SSH_AUTH_SOCK={socket} {EngineRoot.Binary} {Brig.Global} build -q --ssh default --ssh other={socket} {context}");
        Assert.Equal($"{key} 600 666 5", Brig.Do("run", "--rm", "--network", "none", id, "sh", "-c", "echo $(cat /keys /mode /other)"));
        Assert.Contains("unset ssh forward key", Brig.Try("build", "-q", Context("FROM base\nRUN --mount=type=ssh,required true\n")).Error, StringComparison.Ordinal);
    }

    [Fact]
    public void Devices_are_given_as_their_vendor_describes_them()
    {
        string context = Context("""
            FROM base
            RUN --device=vendor1.com/device=foo echo $FOO $ALL > /env; echo x > /dev/sink; stat -c '%t:%T %a' /dev/sink > /node; cat /mnt/f > /mount; id -G > /groups
            RUN --device=vendor1.com/device=absent echo none > /absent
            """, ("f", "shown\n"));
        string open = Context("FROM base\nRUN --device=any env | grep ^FREE= > /env\n"), required = Context("FROM base\nRUN --device=vendor1.com/device=absent,required true\n");
        File.WriteAllText(context + "/vendor.yaml", $"""
            cdiVersion: "0.6.0"
            kind: "vendor1.com/device"
            containerEdits:
              env: [ "ALL=every" ]
            devices:
            - name: foo
              containerEdits:
                env:
                - FOO=injected
                deviceNodes:
                - path: /dev/sink
                  hostPath: /dev/null
                  fileMode: 0622
                mounts:
                - hostPath: {context}
                  containerPath: /mnt
                  options: [ro, nosuid, nodev, rbind]
                additionalGids: [44]
            """);
        File.WriteAllText(context + "/free.json", """{"cdiVersion":"0.6.0","kind":"vendor2.com/free","annotations":{"org.mobyproject.buildkit.device.class":"any","org.mobyproject.buildkit.device.autoallow":"true"},"devices":[{"name":"a","containerEdits":{"env":["FREE=yes"]}}]}""");
        string id = Build("--allow device " + context);
        Assert.Equal("injected every|1:3 622|shown|0 44", Brig.Do("run", "--rm", "--network", "none", id, "sh", "-c", "echo $(cat /env)\\|$(cat /node)\\|$(cat /mount)\\|$(cat /groups)"));
        Assert.Equal("FREE=yes", Brig.Do("run", "--rm", "--network", "none", Build(open), "cat", "/env"));
        Assert.Contains("is not allowed (allow it with --allow device=vendor1.com/device=foo", Build(context + " 2>&1 || true"), StringComparison.Ordinal);
        Assert.Contains("not found", Build(required + " 2>&1 || true"), StringComparison.Ordinal);

        // A mount namespace of its own: the machine has no such devices.
        string Build(string arguments) => Host.Shell(
            $"unshare -m sh -c 'mount -t tmpfs tmpfs /run; mkdir /run/cdi; cp {context}/vendor.yaml {context}/free.json /run/cdi/; {EngineRoot.Binary} {Brig.Global} build -q --network none {arguments}'");
    }

    [Fact]
    public void Several_platforms_are_built_into_one_index()
    {
        string context = Context("FROM --platform=$BUILDPLATFORM base AS make\nARG TARGETPLATFORM TARGETARCH TARGETVARIANT\nRUN echo $TARGETPLATFORM $TARGETARCH $TARGETVARIANT > /made\nFROM scratch\nCOPY --from=make /made /\n");
        string layout = context + "-oci";
        Brig.Do("build", "-q", "--platform", "linux/amd64,linux/arm64,linux/arm/v7", "-o", $"type=oci,tar=false,dest={layout}", context);
        JsonNode index = JsonNode.Parse(File.ReadAllText(layout + "/index.json"))!;
        JsonArray manifests = Blob(layout, (string)index["manifests"]![0]!["digest"]!)["manifests"]!.AsArray();
        Assert.Equal(["amd64", "arm64", "arm/v7"], manifests.Select(manifest => (string)manifest!["platform"]!["architecture"]! + ((string?)manifest["platform"]!["variant"] is { } variant ? "/" + variant : "")));
        Assert.Equal(["linux/amd64 amd64", "linux/arm64 arm64", "linux/arm/v7 arm v7"], manifests.Select(manifest =>
        {
            JsonNode image = Blob(layout, (string)manifest!["digest"]!);
            Assert.Equal((string)manifest["platform"]!["architecture"]!, (string)Blob(layout, (string)image["config"]!["digest"]!)["architecture"]!);
            return Host.Shell($"tar -xzOf {layout}/blobs/{((string)image["layers"]![0]!["digest"]!).Replace(':', '/')} made");
        }));
        Assert.Contains("exec format error (a program of linux/s390x needs an emulator", Brig.Try("build", "-q", "--platform", "linux/s390x", Foreign()).Error, StringComparison.OrdinalIgnoreCase);
    }

    [Fact]
    public void Stages_that_run_at_once_share_a_cache_mount()
    {
        string stages = string.Concat(Enumerable.Range(0, 6).Select(i => $"FROM base AS s{i}\nRUN --mount=type=cache,target=/c echo {i} > /c/{i}\nRUN --mount=type=cache,target=/c cat /c/{i} > /f{i}\n"));
        string context = Context(stages + "FROM base\n" + string.Concat(Enumerable.Range(0, 6).Select(i => $"COPY --from=s{i} /f{i} /\n")));
        for (int round = 0; round < 3; round++)
        {
            string id = Brig.Do("build", "-q", "--no-cache", context);
            Assert.Equal("0 1 2 3 4 5", Brig.Do("run", "--rm", "--network", "none", id, "sh", "-c", "echo $(cat /f*)"));
        }
    }

    [Fact]
    public void A_check_that_repairs_takes_nothing_from_builds_that_begin()
    {
        string context = Context("FROM base\nCOPY f /f\nRUN echo $(cat /f) > /g\nFROM scratch\nCOPY --from=0 /g /\n", ("f", "1\n"));
        using RunningCommand builds = new("/bin/bash", ["-c", $"set -e; for i in 1 2 3 4 5 6 7 8; do {EngineRoot.Binary} {Brig.Global} build -q --no-cache -o type=local,dest={context}-out$i {context} & all=\"$all $!\"; done; for one in $all; do wait $one; done"]);
        while (!builds.HasExited)
        {
            Outcome check = Brig.Try("system", "check", "--repair");
            Assert.True(check.ExitCode == 0, check.ToString());
        }

        Outcome outcome = builds.Wait(120);
        Assert.True(outcome.ExitCode == 0, outcome.ToString());
        Assert.All(Enumerable.Range(1, 8), i => Assert.Equal("1\n", File.ReadAllText($"{context}-out{i}/g")));
    }

    // An image of another architecture whose shell is no program of this machine.
    private string Foreign()
    {
        string layer = Context("", ("sh", "\x7fELF\x02\x02\x01 of another machine"));
        Host.Shell($"cd {layer}; mkdir bin; mv sh bin/sh; chmod 755 bin/sh; tar -cf ../foreign.tar bin");
        Brig.Do("import", "--platform", "linux/s390x", Path.Combine(Brig.Path, "foreign.tar"), "foreign");
        return Context("FROM foreign\nRUN true\n");
    }

    private static int Cached(Outcome outcome)
    {
        Assert.True(outcome.ExitCode == 0, outcome.ToString());
        return (outcome.Output + outcome.Error).Split('\n').Count(line => line.EndsWith(" CACHED", StringComparison.Ordinal));
    }

    private static JsonNode Blob(string layout, string digest) => JsonNode.Parse(File.ReadAllText($"{layout}/blobs/{digest.Replace(':', '/')}"))!;

    private string Repository(string dockerfile, string time)
    {
        string folder = Context(dockerfile, ("f", "content\n"));
        Host.Shell($"cd {folder}; git init -q -b main .; git add -A; GIT_COMMITTER_DATE={time} GIT_AUTHOR_DATE={time} {Committer} commit -qm one");
        return folder;
    }

    private string Context(string dockerfile, params (string Name, string Text)[] files)
    {
        string folder = Directory.CreateDirectory(Path.Combine(Brig.Path, "context-" + Guid.NewGuid().ToString("N")[..8])).FullName;
        File.WriteAllText(folder + "/Dockerfile", dockerfile);
        foreach ((string name, string text) in files)
        {
            File.WriteAllText(Path.Combine(folder, name), text);
        }

        return folder;
    }
}
