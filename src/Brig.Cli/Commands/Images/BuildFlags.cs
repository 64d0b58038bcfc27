using Brig.Builds.Attestations;
using Brig.Builds.Cache;
using Brig.Builds.Exports;
using Brig.Builds.StepMounts;
using Brig.Cli.Flags;
using Brig.Containers.Specifications;
using Brig.Oci;

namespace Brig.Cli.Commands.Images;

/// <summary>The flags of <c>build</c>.</summary>
internal sealed class BuildFlags
{
    private readonly ListFlag _addHost;
    private readonly ListFlag _allow;
    private readonly ListFlag _annotations;
    private readonly ListFlag _attest;
    private readonly ListFlag _buildArgs;
    private readonly ListFlag _cacheFrom;
    private readonly ListFlag _cacheTo;
    private readonly ListFlag _output;
    private readonly BoolFlag _load;
    private readonly BoolFlag _push;
    private readonly StringFlag _provenance;
    private readonly StringFlag _sbom;
    private readonly ListFlag _contexts;
    private readonly ListFlag _labels;
    private readonly ListFlag _noCacheFilter;
    private readonly ListFlag _platform;
    private readonly ListFlag _secrets;
    private readonly ListFlag _ssh;
    private readonly ListFlag _tags;
    private readonly ListFlag _ulimits;
    private readonly BytesFlag _memory;
    private readonly BytesFlag _memorySwap;
    private readonly BytesFlag _sharedMemory;
    private readonly BytesFlag _cacheBudget;
    private readonly StringFlag _call;
    private readonly BoolFlag _check;
    private readonly StringFlag _cpuset;
    private readonly StringFlag _cpusetMems;
    private readonly StringFlag _cpuShares;
    private readonly List<Flag> _unsupported = [];

    public BuildFlags(FlagSet flags)
    {
        _addHost = flags.List("add-host", "list", "Add a custom host-to-IP mapping (\"host:ip\")");
        _allow = flags.Add(new ListFlag("allow", '\0', "stringArray", "Allow extra privileged entitlement (e.g., \"network.host\", \"security.insecure\", \"device\")") { Separated = true });
        _buildArgs = flags.List("build-arg", "list", "Set build-time variables");
        _contexts = flags.List("build-context", "stringArray", "Additional build contexts (e.g., name=path)");
        _annotations = flags.List("annotation", "stringArray", "Add annotation to the image");
        _attest = flags.List("attest", "stringArray", "Attestation parameters (format: \"type=sbom,generator=image\")");
        _cacheBudget = flags.Add(new BytesFlag("cache-budget", '\0', "Disk space that the build cache may have (default: a fifth of the disk, at least 10 GiB)"));
        _cacheFrom = flags.List("cache-from", "stringArray", "External cache sources (e.g., \"user/app:cache\", \"type=local,src=path/to/dir\")");
        _cacheTo = flags.List("cache-to", "stringArray", "Cache export destinations (e.g., \"user/app:cache\", \"type=local,dest=path/to/dir\")");
        _call = flags.String("call", "Set method for evaluating build (\"check\", \"outline\", \"targets\")", "build");
        _unsupported.Add(flags.String("cgroup-parent", "Set the parent cgroup for the \"RUN\" instructions during build"));
        _check = flags.Bool("check", "Shorthand for \"--call=check\"");
        File = flags.String("file", 'f', "Name of the Dockerfile (default: \"PATH/Dockerfile\")");
        IdFile = flags.String("iidfile", "Write the image ID to a file");
        MetadataFile = flags.String("metadata-file", "Write build result metadata to a file");
        OnError = flags.String("on-error", "What to do when a step fails (\"fail\", \"shell\")", "fail");
        _output = flags.Add(new ListFlag("output", 'o', "stringArray", "Output destination (format: \"type=local,dest=path\")"));
        _load = flags.Bool("load", "Shorthand for \"--output=type=docker\"");
        _push = flags.Bool("push", "Shorthand for \"--output=type=registry\"");
        _provenance = flags.Add(new StringFlag("provenance", '\0', "Shorthand for \"--attest=type=provenance\"") { ImpliedValue = "true" });
        _sbom = flags.Add(new StringFlag("sbom", '\0', "Shorthand for \"--attest=type=sbom\"") { ImpliedValue = "true" });
        Verify = flags.String("verify", "Build again without cache and compare with an image");
        _labels = flags.List("label", "list", "Set metadata for an image");
        Network = flags.String("network", "Set the networking mode for the \"RUN\" instructions during build", "default");
        NoCache = flags.Bool("no-cache", "Do not use cache when building the image");
        _noCacheFilter = flags.Add(new ListFlag("no-cache-filter", '\0', "stringArray", "Do not cache specified stages") { Separated = true });
        _platform = flags.Add(new ListFlag("platform", '\0', "stringArray", "Set target platform for build") { Separated = true });
        Progress = flags.String("progress", "Set type of progress output (\"auto\", \"none\", \"plain\", \"quiet\", \"rawjson\", \"tty\")", Environment.GetEnvironmentVariable("BUILDKIT_PROGRESS") is { Length: > 0 } usual ? usual : "auto");
        Pull = flags.Bool("pull", "Always attempt to pull all referenced images");
        Quiet = flags.Bool("quiet", 'q', "Suppress the build output and print image ID on success");
        _secrets = flags.List("secret", "stringArray", "Secret to expose to the build (format: \"id=mysecret[,src=/local/secret]\")");
        _sharedMemory = flags.Add(new BytesFlag("shm-size", '\0', "Shared memory size for build containers"));
        _ssh = flags.List("ssh", "stringArray", "SSH agent socket to expose to the build (format: \"default|<id>[=<socket>]\")");
        _tags = flags.List("tag", 't', "list", "Name and optionally a tag (format: \"name:tag\")");
        Target = flags.String("target", "Set the target build stage to build");
        _ulimits = flags.List("ulimit", "ulimit", "Ulimit options");

        // The image is in the store anyway, no container stays behind, and the context is not sent anywhere.
        foreach (string name in (ReadOnlySpan<string>)["compress", "force-rm", "rm"])
        {
            flags.Add(new BoolFlag(name, '\0', "") { Hidden = true });
        }

        foreach (string name in (ReadOnlySpan<string>)["builder"])
        {
            flags.Add(new StringFlag(name, '\0', "") { Hidden = true });
        }

        _memory = flags.Add(new BytesFlag("memory", 'm', "") { Hidden = true });
        _memorySwap = flags.Add(new BytesFlag("memory-swap", '\0', "", unlimited: true) { Hidden = true });
        _cpuShares = flags.Add(new StringFlag("cpu-shares", 'c', "") { Hidden = true });
        _cpuset = flags.Add(new StringFlag("cpuset-cpus", '\0', "") { Hidden = true });
        _cpusetMems = flags.Add(new StringFlag("cpuset-mems", '\0', "") { Hidden = true });
        foreach (string name in (ReadOnlySpan<string>)["squash"])
        {
            _unsupported.Add(flags.Add(new BoolFlag(name, '\0', "") { Hidden = true }));
        }

        foreach ((string name, char shorthand) in (ReadOnlySpan<(string, char)>)[("cpu-period", '\0'), ("cpu-quota", '\0'), ("isolation", '\0')])
        {
            _unsupported.Add(flags.Add(new StringFlag(name, shorthand, "") { Hidden = true }));
        }

        foreach (string name in (ReadOnlySpan<string>)["security-opt"])
        {
            _unsupported.Add(flags.Add(new ListFlag(name, '\0', "list", "") { Hidden = true }));
        }
    }

    public StringFlag File { get; }

    public StringFlag IdFile { get; }

    public StringFlag MetadataFile { get; }

    public StringFlag Network { get; }

    /// <summary><c>fail</c> or <c>shell</c>.</summary>
    public StringFlag OnError { get; }

    /// <summary>The image that the build is compared with; empty for none.</summary>
    public StringFlag Verify { get; }

    public IReadOnlyList<CacheSource> CacheFrom => [.. _cacheFrom.Values.Select(text => CacheText.Parse(text, isTarget: false)).OfType<CacheSource>()];

    public IReadOnlyList<CacheSource> CacheTo => [.. _cacheTo.Values.Select(text => CacheText.Parse(text, isTarget: true)).OfType<CacheSource>()];

    /// <summary>What the result becomes; an image of the store where nothing is said.</summary>
    public IReadOnlyList<BuildOutput> Outputs
    {
        get
        {
            List<BuildOutput> outputs = [.. _output.Values.Select(OutputText.Parse)];
            if (_load.Value || (_push.Value && outputs.Count == 0) || outputs.Count == 0)
            {
                outputs.Add(new BuildOutput { Kind = BuildOutputKind.Image });
            }

            if (_push.Value)
            {
                outputs = [.. outputs.Select(output => output.Kind == BuildOutputKind.Image ? output with { Push = true } : output)];
                if (!outputs.Exists(output => output.Push || output.Kind == BuildOutputKind.Registry))
                {
                    outputs.Add(new BuildOutput { Kind = BuildOutputKind.Registry });
                }
            }

            return [.. outputs.Select(Annotated)];
        }
    }

    public AttestationRequest Attestations
    {
        get
        {
            AttestationRequest request = new();
            foreach (string text in _attest.Values.Append(_sbom.IsSet ? "type=sbom,disabled=" + (_sbom.Value == "false" ? "true" : "false") : "").Append(_provenance.IsSet ? ProvenanceText() : "").Where(text => text.Length > 0))
            {
                Dictionary<string, string> fields = Pairs(CommaSeparated.TrySplit(text, out List<string> parts, out _) ? parts : [text], _ => "true");
                bool on = fields.GetValueOrDefault("disabled", "false") != "true";
                request = fields.GetValueOrDefault("type") switch
                {
                    "sbom" => request with { Sbom = on },
                    "provenance" => request with { Provenance = on, FullProvenance = fields.GetValueOrDefault("mode") == "max" },
                    var other => throw BrigException.Invalid($"invalid attestation type \"{Oci.Text.Quote(other ?? "")}\" (sbom or provenance)"),
                };
            }

            return request;
        }
    }

    public BoolFlag NoCache { get; }

    public StringFlag Progress { get; }

    public BoolFlag Pull { get; }

    public BoolFlag Quiet { get; }

    public StringFlag Target { get; }

    public IReadOnlyList<string> NoCacheStages => _noCacheFilter.Values;

    public IReadOnlyList<string> Entitlements => _allow.Values;

    public IReadOnlyList<string> ExtraHosts => _addHost.Values;

    public IReadOnlyList<string> Ulimits => _ulimits.Values;

    public long SharedMemory => _sharedMemory.Value;

    public long CacheBudget => _cacheBudget.Value;

    /// <summary>What is asked for: <c>build</c>, <c>check</c>, <c>outline</c>, <c>targets</c>.</summary>
    public string Call => _check.Value ? "check" : _call.Value.Split(',')[0];

    private IReadOnlyList<string> PlatformNames =>
        _platform.Values.Count > 0 ? _platform.Values : Environment.GetEnvironmentVariable("DOCKER_DEFAULT_PLATFORM") is { Length: > 0 } usual ? [usual] : [];

    /// <summary>What is asked for, else what <c>DOCKER_DEFAULT_PLATFORM</c> says; none is this machine's.</summary>
    public IReadOnlyList<Platform> Platforms => [.. PlatformNames.Select(text => text is "local" ? Platform.Host : PlatformChoice.Parse(text)).Select(asked => asked == PlatformChoice.Parse(Platform.Host.ToString()) ? Platform.Host : asked).Distinct()];

    public IReadOnlyDictionary<string, string> Contexts => Pairs(_contexts.Values, text => throw BrigException.Invalid($"invalid build context: {Oci.Text.Quote(text)}, expected key=value"));

    public IReadOnlyList<SecretSource> Secrets => [.. _secrets.Values.Select(SecretText.Parse)];

    public IReadOnlyDictionary<string, string> Agents
    {
        get
        {
            Dictionary<string, string> agents = [];
            foreach (string text in _ssh.Values)
            {
                string[] parts = text.Split('=', 2);
                string socket = parts.Length > 1 ? parts[1] : Environment.GetEnvironmentVariable("SSH_AUTH_SOCK") is { Length: > 0 } usual ? usual
                    : throw BrigException.Invalid($"invalid empty ssh agent socket: make sure SSH_AUTH_SOCK is set, or give --ssh {Oci.Text.Quote(parts[0])}=SOCKET");
                if (Linux.Files.TryStat(null, socket)?.Type != Linux.FileType.Socket)
                {
                    throw BrigException.Unsupported($"--ssh {Oci.Text.Quote(text)}: {Oci.Text.Quote(socket)} is no socket (add the key to an agent: eval $(ssh-agent); ssh-add KEY)");
                }

                agents[parts[0]] = socket;
            }

            return agents;
        }
    }

    public ResourceRequest Resources => new()
    {
        Memory = _memory.Value,
        MemorySwap = _memorySwap.Value,
        CpusetCpus = _cpuset.Value.Length > 0 ? _cpuset.Value : null,
        CpusetMems = _cpusetMems.Value.Length > 0 ? _cpusetMems.Value : null,
        CpuShares = _cpuShares.Value.Length == 0 ? 0 : long.TryParse(_cpuShares.Value, out long shares) ? shares : throw BrigException.Invalid($"invalid --cpu-shares: {Oci.Text.Quote(_cpuShares.Value)}"),
    };

    public IReadOnlyList<ImageReference> Tags =>
        [.. _tags.Values.Select(text => ImageReference.TryParse(text, out ImageReference? tag) && tag.Digest is null
            ? tag.WithDefaultTag()
            : throw BrigException.Invalid($"invalid tag \"{Oci.Text.Quote(text)}\": invalid reference format")).Distinct()];

    /// <summary>An argument without a value takes that of the environment, and is dropped where it has none.</summary>
    public IReadOnlyDictionary<string, string> BuildArgs
    {
        get
        {
            Dictionary<string, string> values = new(StringComparer.Ordinal);
            if (Environment.GetEnvironmentVariable("SOURCE_DATE_EPOCH") is { Length: > 0 } epoch)
            {
                values["SOURCE_DATE_EPOCH"] = epoch;
            }

            foreach (string text in _buildArgs.Values)
            {
                int equals = text.IndexOf('=', StringComparison.Ordinal);
                string name = equals < 0 ? text : text[..equals];
                if ((equals < 0 ? Environment.GetEnvironmentVariable(name) : text[(equals + 1)..]) is { } value)
                {
                    values[name] = value;
                }
            }

            return values;
        }
    }

    public IReadOnlyDictionary<string, string> Labels => Pairs(_labels.Values, _ => "");

    /// <summary>Refuses what would change the image or its making and cannot be done.</summary>
    public void Check()
    {
        if (_unsupported.Find(flag => flag.IsSet) is { } flag)
        {
            throw BrigException.Unsupported($"build --{flag.Name} is not supported yet");
        }

        if (Progress.Value is not ("auto" or "quiet" or "none" or "plain" or "tty" or "rawjson"))
        {
            throw BrigException.Invalid($"invalid progress mode: \"{Oci.Text.Quote(Progress.Value)}\" (auto, none, plain, quiet, rawjson, tty)");
        }

        if (OnError.Value is not ("fail" or "shell"))
        {
            throw BrigException.Invalid($"invalid value for --on-error: \"{Oci.Text.Quote(OnError.Value)}\" (fail or shell)");
        }

        if (Call is not ("build" or "check" or "lint" or "outline" or "targets"))
        {
            throw BrigException.Invalid($"invalid value for --call: \"{Oci.Text.Quote(_call.Value)}\" (build, check, outline, targets)");
        }
    }

    private string ProvenanceText() => _provenance.Value switch
    {
        "true" => "type=provenance,mode=min",
        "false" => "type=provenance,disabled=true",
        var fields => "type=provenance," + fields,
    };

    // manifest: and no prefix are the manifest's, index: the index's.
    private BuildOutput Annotated(BuildOutput output)
    {
        if (_annotations.Values.Count == 0)
        {
            return output;
        }

        Dictionary<string, string> manifest = output.Bundle.Annotations.ToDictionary(), index = output.Bundle.IndexAnnotations.ToDictionary();
        foreach (string text in _annotations.Values)
        {
            string[] pair = text.Split('=', 2);
            if (pair.Length < 2)
            {
                throw BrigException.Invalid($"invalid annotation \"{Oci.Text.Quote(text)}\", expected key=value");
            }

            int colon = pair[0].IndexOf(':', StringComparison.Ordinal);
            string[] types = colon < 0 ? ["manifest"] : pair[0][..colon].Split(',');
            foreach (string type in types)
            {
                switch (type.Split('[')[0])
                {
                    case "manifest" or "manifest-descriptor":
                        manifest[pair[0][(colon + 1)..]] = pair[1];
                        break;
                    case "index" or "index-descriptor":
                        index[pair[0][(colon + 1)..]] = pair[1];
                        break;
                    default:
                        throw BrigException.Invalid($"unknown annotation type \"{Oci.Text.Quote(type)}\" (manifest or index)");
                }
            }
        }

        return output with { Bundle = output.Bundle with { Annotations = manifest, IndexAnnotations = index } };
    }

    private static Dictionary<string, string> Pairs(IEnumerable<string> texts, Func<string, string> without)
    {
        Dictionary<string, string> values = new(StringComparer.Ordinal);
        foreach (string text in texts)
        {
            string[] pair = text.Split('=', 2);
            values[pair[0]] = pair.Length > 1 ? pair[1] : without(text);
        }

        return values;
    }
}
