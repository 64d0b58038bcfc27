using System.Text.Json.Nodes;
using Brig.EndToEnd.Support;

namespace Brig.EndToEnd.Builds;

/// <summary>What builds do beside running Dockerfiles: contexts, outputs, caches, history, checks.</summary>
public sealed class BuildFeatureTests(SmallBase small) : IClassFixture<SmallBase>
{
    private EngineRoot Brig => small.Root;

    [Fact]
    public void A_context_comes_as_a_tar_and_a_Dockerfile_on_standard_input()
    {
        string context = Context("FROM base\nCOPY a /a\n", ("a", "from tar\n"));
        string id = Host.Shell($"tar -C {context} -c . | {EngineRoot.Binary} {Brig.Global} build -q -");
        Assert.Equal("from tar", Brig.Do("run", "--rm", "--network", "none", id, "cat", "/a"));
        id = Host.Shell($"tar -C {context} -cz . | {EngineRoot.Binary} {Brig.Global} build -q -f Dockerfile -");
        Assert.Equal("from tar", Brig.Do("run", "--rm", "--network", "none", id, "cat", "/a"));
        id = Host.Shell($"printf 'FROM base\\nRUN echo hi > /b' | {EngineRoot.Binary} {Brig.Global} build -q -");
        Assert.Equal("hi", Brig.Do("run", "--rm", "--network", "none", id, "cat", "/b"));
        id = Host.Shell($"printf 'FROM base\\nCOPY a /c' | {EngineRoot.Binary} {Brig.Global} build -q -f - {context}");
        Assert.Equal("from tar", Brig.Do("run", "--rm", "--network", "none", id, "cat", "/c"));
    }

    [Fact]
    public void Repositories_and_addresses_are_fetched_checked_and_cached()
    {
        string place = Directory.CreateDirectory(Path.Combine(Brig.Path, "web-" + Guid.NewGuid().ToString("N")[..6])).FullName;
        Host.Shell($"""
            set -e; cd {place}; mkdir work; cd work; git init -q -b main .; printf 'FROM base\nCOPY f /f\n' > Dockerfile; echo one > f; mkdir sub; echo deep > sub/g
            git add -A; git -c user.name=a -c user.email=a@b commit -qm one; git tag v1; echo two > f; git -c user.name=a -c user.email=a@b commit -qam two
            cd ..; git clone -q --bare work r.git; git -C r.git update-server-info; echo served > file.txt; tar -C work -czf ctx.tgz Dockerfile f
            """);
        int port = Random.Shared.Next(20000, 30000);
        using RunningCommand server = new("/bin/busybox", ["httpd", "-f", "-p", $"127.0.0.1:{port}", "-h", place]);
        string address = $"http://127.0.0.1:{port}";
        Assert.True(Host.Eventually(() => Host.Shell($"busybox wget -q -O - {address}/file.txt 2>/dev/null || true") == "served", 30));

        string sum = Host.Shell($"sha256sum {place}/file.txt").Split(' ')[0], commit = Host.Shell($"git -C {place}/work rev-parse v1");
        string context = Context($"""
            FROM base
            ADD {address}/file.txt /d/
            ADD --checksum=sha256:{sum} {address}/file.txt /named
            ADD {address}/r.git#v1 /v1
            ADD {address}/r.git?branch=main&subdir=sub /sub
            ADD --unpack=true {address}/ctx.tgz /unpacked
            """);
        string id = Brig.Do("build", "-q", context);
        Assert.Equal("served served one deep two 600", Brig.Do("run", "--rm", "--network", "none", id, "sh", "-c", "echo $(cat /d/file.txt /named /v1/f /sub/g /unpacked/f) $(stat -c %a /named)"));
        Assert.Contains("digest mismatch", Brig.Try("build", "-q", Context($"FROM base\nADD --checksum=sha256:{new string('0', 64)} {address}/file.txt /x\n")).Error, StringComparison.Ordinal);
        Assert.Contains("404", Brig.Try("build", "-q", Context($"FROM base\nADD {address}/none /x\n")).Error, StringComparison.Ordinal);
        id = Brig.Do("build", "-q", $"{address}/r.git#{commit}");
        Assert.Equal("one", Brig.Do("run", "--rm", "--network", "none", id, "cat", "/f"));
        id = Brig.Do("build", "-q", $"{address}/ctx.tgz");
        Assert.Equal("two", Brig.Do("run", "--rm", "--network", "none", id, "cat", "/f"));
    }

    [Fact]
    public void Several_outputs_are_written_at_once_and_the_archive_loads()
    {
        string context = Context("FROM base\nRUN echo out > /o\nFROM scratch\nCOPY --from=0 /o /\n"), folder = context + "-out";
        Brig.Do("build", "-q", "-t", "outputs", "-o", $"type=local,dest={folder}/local", "-o", $"type=tar,dest={folder}/files.tar", "-o", $"type=docker,dest={folder}/docker.tar",
            "-o", $"type=oci,dest={folder}/oci.tar,compression=zstd,force-compression=true", "-o", "type=image", "--iidfile", folder + ".id", "--metadata-file", folder + ".json", context);
        Assert.Equal("out\n", File.ReadAllText(folder + "/local/o"));
        Assert.Contains("o", Host.Shell($"tar -tf {folder}/files.tar"), StringComparison.Ordinal);
        Assert.Contains("manifest.json", Host.Shell($"tar -tf {folder}/docker.tar"), StringComparison.Ordinal);
        Assert.Contains("zstd", Host.Shell($"tar -xOf {folder}/oci.tar --wildcards 'blobs/sha256/*' | grep -ao 'tar+zstd' | head -1"), StringComparison.Ordinal);
        string id = Brig.Inspect("outputs", "{{.Id}}");
        Assert.Equal(id, File.ReadAllText(folder + ".id"));
        Assert.Equal(id, (string?)JsonNode.Parse(File.ReadAllText(folder + ".json"))!["containerimage.config.digest"]);
        Brig.Do("rmi", "outputs");
        Brig.Do("load", "-i", folder + "/docker.tar");
        Assert.Equal(id, Brig.Inspect("outputs", "{{.Id}}"));
    }

    [Fact]
    public void Attestations_stand_beside_the_image()
    {
        string context = Context("FROM debian\nRUN touch /x\n"), layout = context + "-oci";
        Brig.Do("build", "-q", "-t", "attested:1", "--sbom", "--provenance=mode=max", "--build-arg", "A=1", "-o", $"type=oci,tar=false,dest={layout}", context);
        JsonNode index = JsonNode.Parse(File.ReadAllText(layout + "/index.json"))!;
        JsonNode list = Blob(layout, (string)index["manifests"]![0]!["digest"]!);
        JsonNode manifest = list["manifests"]![0]!, attestation = list["manifests"]![1]!;
        Assert.Equal("attestation-manifest", (string?)attestation["annotations"]!["vnd.docker.reference.type"]);
        Assert.Equal((string?)manifest["digest"], (string?)attestation["annotations"]!["vnd.docker.reference.digest"]);
        JsonArray statements = Blob(layout, (string)attestation["digest"]!)["layers"]!.AsArray();
        JsonNode sbom = Blob(layout, (string)statements[0]!["digest"]!), provenance = Blob(layout, (string)statements[1]!["digest"]!);
        Assert.Equal("SPDX-2.3", (string?)sbom["predicate"]!["spdxVersion"]);
        Assert.Contains(sbom["predicate"]!["packages"]!.AsArray(), package => (string?)package!["name"] == "bash");
        Assert.Equal("1", (string?)provenance["predicate"]!["buildDefinition"]!["externalParameters"]!["request"]!["args"]!["build-arg:A"]);
    }

    [Fact]
    public void A_cache_in_a_directory_serves_a_root_that_has_nothing()
    {
        string context = Context("FROM base AS a\nRUN echo 1 > /1\nFROM base\nCOPY --from=a /1 /\nRUN echo 2 > /2\n"), cache = context + "-cache";
        string id = Brig.Do("build", "-q", "--cache-to", $"type=local,dest={cache},mode=max", context);
        Brig.Do("builder", "prune", "-af");
        Outcome again = Brig.Try("build", "--progress", "plain", "--cache-from", $"type=local,src={cache}", "-t", "cached", context);
        Assert.Equal(3, (again.Output + again.Error).Split('\n').Count(line => line.EndsWith(" CACHED", StringComparison.Ordinal)));
        Assert.Equal("12", Brig.Do("run", "--rm", "--network", "none", "cached", "sh", "-c", "echo $(cat /1)$(cat /2)"));
        Assert.Equal(id, Brig.Inspect("cached", "{{.Id}}"));
    }

    [Fact]
    public void Images_and_caches_go_to_a_registry_and_serve_another_root()
    {
        int port;
        using (System.Net.Sockets.TcpListener free = new(System.Net.IPAddress.Loopback, 0))
        {
            free.Start();
            port = ((System.Net.IPEndPoint)free.LocalEndpoint).Port;
        }

        string folder = Directory.CreateDirectory(Path.Combine(Brig.Path, "registry-" + Guid.NewGuid().ToString("N")[..6])).FullName;
        File.WriteAllText(folder + "/config.yml", $"version: 0.1\nlog: {{level: error}}\nstorage: {{filesystem: {{rootdirectory: {folder}/data}}}}\nhttp: {{addr: 127.0.0.1:{port}}}\n");
        using RunningCommand registry = new("docker-registry", ["serve", folder + "/config.yml"]);
        Assert.True(Host.Eventually(() => Brig.Try("pull", "-q", $"127.0.0.1:{port}/none").Error.Contains("not found", StringComparison.Ordinal), 30));

        // The first stage leaves more than is copied: else both layers would be one and the same, and the image would carry the stage's too.
        string context = Context("FROM base AS a\nRUN echo 1 > /1; echo more > /more\nFROM base\nCOPY --from=a /1 /\nRUN echo 2 > /2\n"), name = $"127.0.0.1:{port}/app";
        Brig.Do("build", "-q", "-t", name + ":1", "--push", "--sbom", "--cache-to", $"type=registry,ref={name}:cache,mode=max", context);
        Brig.Do("build", "-q", "-t", name + ":inline", "--push", "--cache-to", "type=inline", context);
        using SmallBase elsewhere = new();

        // The very same base: one that was imported a moment later has a time of its own, and so has what is built on it.
        Brig.Do("save", "-o", folder + "/base.tar", "base");
        elsewhere.Root.Do("load", "-q", "-i", folder + "/base.tar");
        foreach ((string cache, int hits) in (ReadOnlySpan<(string, int)>)[(name + ":cache", 3), (name + ":inline", 2)])
        {
            elsewhere.Root.Do("builder", "prune", "-af");
            Outcome outcome = elsewhere.Root.Try("build", "--progress", "plain", "--cache-from", cache, context);
            Assert.True(outcome.ExitCode == 0, outcome.ToString());
            Assert.Equal(hits, (outcome.Output + outcome.Error).Split('\n').Count(line => line.EndsWith(" CACHED", StringComparison.Ordinal)));
        }

        elsewhere.Root.Do("pull", "-q", name + ":1");
        Assert.Equal("2", elsewhere.Root.Do("run", "--rm", "--network", "none", name + ":1", "cat", "/2"));
    }

    [Fact]
    public void The_cache_is_listed_pruned_and_its_mounts_are_carried_away()
    {
        string context = Context("FROM base\nRUN --mount=type=cache,id=carried,target=/c echo kept > /c/f\n");
        Brig.Do("build", "-q", context);
        Assert.Contains("carried", Brig.Do("builder", "cache", "ls"), StringComparison.Ordinal);
        Brig.Do("builder", "cache", "export", "carried", context + ".tar");
        Assert.Equal("carried", Brig.Do("builder", "cache", "rm", "carried"));
        Assert.DoesNotContain("carried", Brig.Do("builder", "cache", "ls"), StringComparison.Ordinal);
        Brig.Do("builder", "cache", "import", "carried", context + ".tar");
        string id = Brig.Do("build", "-q", Context("FROM base\nRUN --mount=type=cache,id=carried,target=/c cat /c/f > /f\n"));
        Assert.Equal("kept", Brig.Do("run", "--rm", "--network", "none", id, "cat", "/f"));
        Assert.Contains("RECLAIMABLE", Brig.Do("buildx", "du"), StringComparison.Ordinal);
        Assert.Contains("Total reclaimed space", Brig.Do("builder", "prune", "-af"), StringComparison.Ordinal);
        Outcome check = Brig.Try("system", "check", "--repair");
        Assert.True(Brig.Try("system", "check").ExitCode == 0, check.ToString());
    }

    [Fact]
    public void A_build_is_verified_and_differences_are_named()
    {
        string context = Context("FROM base\nCOPY a /a\nRUN mkdir -p /d && echo x > /d/f\n", ("a", "1\n"));
        Brig.Do("build", "-q", "-t", "sure", context);
        Assert.Contains("reproduced", Brig.Do("build", "--verify", "sure", context), StringComparison.Ordinal);
        string other = Context("FROM base\nCOPY a /a\nRUN mkdir -p /d && head -c 8 /dev/urandom > /d/f\n", ("a", "1\n"));
        Brig.Do("build", "-q", "-t", "unsure", other);
        Outcome differs = Brig.Try("build", "--verify", "unsure", other);
        Assert.Equal(1, differs.ExitCode);
        Assert.Contains("/d/f: content", differs.Output, StringComparison.Ordinal);
    }

    [Fact]
    public void Any_step_runs_and_the_history_has_the_log()
    {
        string context = Context("FROM base\nRUN echo first > /s; echo said-by-step\nRUN rm /s\n");
        Brig.Do("build", "-q", "-t", "stepped", context);
        string key = Brig.Do("buildx", "du", "--verbose").Split("\n\n").First(block => block.Contains("said-by-step", StringComparison.Ordinal)).Split('\n')[0].Split('\t')[^1];
        Assert.Equal("first", Brig.Do("run", "--rm", "--network", "none", "step:" + key[..16], "cat", "/s"));
        Assert.Contains("stepped", Brig.Do("builder", "history", "ls"), StringComparison.Ordinal);
        Assert.Contains("said-by-step", Brig.Do("build", "history", "logs"), StringComparison.Ordinal);
    }

    [Fact]
    public void Checks_outlines_and_targets_are_told_without_a_build()
    {
        string context = Context("# first is where it begins\nFROM base AS first\n# V the version\nARG V=1\nRUN --mount=type=secret,id=tok,required exit 1\nfrom first AS last\nMAINTAINER me\n");
        Outcome check = Brig.Try("build", "--check", context);
        Assert.Equal(1, check.ExitCode);
        Assert.Contains("MaintainerDeprecated", check.Output, StringComparison.Ordinal);
        Assert.Contains(">>> MAINTAINER me", check.Output, StringComparison.Ordinal);
        Assert.Matches("first +is where it begins", Brig.Do("build", "--call=targets", context));
        string outline = Brig.Do("build", "--call=outline", "--target", "first", context);
        Assert.Contains("the version", outline, StringComparison.Ordinal);
        Assert.Contains("tok", outline, StringComparison.Ordinal);
        Assert.Contains("CopyIgnoredFile", Brig.Try("build", "--check", Context("FROM base\nCOPY a /\n", ("a", ""), (".dockerignore", "a\n"))).Output, StringComparison.Ordinal);
        Assert.Equal("Check complete, no warnings found.", Brig.Do("build", "--check", Context("FROM base\n")));
    }

    [Fact]
    public void Raw_progress_is_a_JSON_object_a_line()
    {
        Outcome outcome = Brig.Try("build", "--progress", "rawjson", Context("FROM base\nRUN echo raw-line\n"));
        List<JsonNode> lines = [.. outcome.Error.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => JsonNode.Parse(line)!)];
        Assert.Contains(lines, line => ((string?)line["vertexes"]?[0]?["name"])?.Contains("RUN echo raw-line", StringComparison.Ordinal) == true);
        Assert.Contains(lines, line => line["logs"]?[0]?["data"] is { } data && System.Text.Encoding.UTF8.GetString(Convert.FromBase64String((string)data!)).Contains("raw-line", StringComparison.Ordinal));
    }

    [Fact]
    public void A_builder_that_is_killed_leaves_nothing_that_stays()
    {
        string context = Context("""
            FROM base AS a
            RUN i=0; while [ $i -lt 30 ]; do echo $i > /a$i; i=$((i+1)); done
            COPY . /ctx
            FROM base AS b
            RUN --mount=type=cache,target=/c mkdir -p /d && cp /bin/busybox /d/ && echo x > /c/x
            FROM scratch
            COPY --from=a / /a
            COPY --from=b /d /b
            """, ("f", "x\n"));
        Random random = new(7);
        for (int round = 0; round < 20; round++)
        {
            using RunningCommand build = Brig.Start("build", "-q", "--no-cache", "-t", "killed", context);
            build.EndInput();
            Thread.Sleep(random.Next(1, 500)); // any moment will do
            if (!build.HasExited)
            {
                build.Kill();
            }
        }

        Assert.True(Host.Eventually(() => Brig.Do("ps", "-aq").Length == 0, 60), Brig.Do("ps", "-a"));
        string id = Brig.Do("build", "-q", "-t", "killed", context);
        Assert.Equal(id, Brig.Do("build", "-q", "-t", "killed", context));
        Assert.Equal("everything is in order", Brig.Do("system", "check"));
    }

    [Fact]
    public void Sixty_steps_in_eight_stages_build()
    {
        System.Text.StringBuilder file = new();
        for (int stage = 0; stage < 8; stage++)
        {
            file.Append($"FROM base AS s{stage}\n");
            for (int step = 0; step < 7; step++)
            {
                file.Append($"RUN echo {stage}{step} > /f{stage}{step}\n");
            }
        }

        file.Append("FROM scratch\n");
        for (int stage = 0; stage < 8; stage++)
        {
            file.Append($"COPY --from=s{stage} /f{stage}6 /\n");
        }

        string context = Context(file.ToString());
        Brig.Do("build", "-q", "-o", context + "-out", context);
        Assert.Equal(8, Directory.GetFiles(context + "-out").Length);
    }

    private static JsonNode Blob(string layout, string digest) => JsonNode.Parse(File.ReadAllText($"{layout}/blobs/{digest.Replace(':', '/')}"))!;

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
