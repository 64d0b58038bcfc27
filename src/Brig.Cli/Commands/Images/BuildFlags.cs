using Brig.Cli.Flags;
using Brig.Oci;

namespace Brig.Cli.Commands.Images;

/// <summary>The flags of <c>build</c>.</summary>
internal sealed class BuildFlags
{
    private readonly ListFlag _buildArgs;
    private readonly ListFlag _labels;
    private readonly ListFlag _tags;
    private readonly StringFlag _platform;
    private readonly List<Flag> _unsupported = [];

    public BuildFlags(FlagSet flags)
    {
        _unsupported.Add(flags.List("add-host", "list", "Add a custom host-to-IP mapping (\"host:ip\")"));
        _buildArgs = flags.List("build-arg", "list", "Set build-time variables");
        flags.Strings("cache-from", "External cache sources");
        _unsupported.Add(flags.Add(new ListFlag("cache-to", '\0', "strings", "Cache export destinations") { Hidden = true }));
        _unsupported.Add(flags.String("cgroup-parent", "Set the parent cgroup for the \"RUN\" instructions during build"));
        File = flags.String("file", 'f', "Name of the Dockerfile (default: \"PATH/Dockerfile\")");
        IdFile = flags.String("iidfile", "Write the image ID to a file");
        _labels = flags.List("label", "list", "Set metadata for an image");
        Network = flags.String("network", "Set the networking mode for the \"RUN\" instructions during build", "default");
        NoCache = flags.Bool("no-cache", "Do not use cache when building the image");
        _platform = flags.String("platform", "Set target platform for build");
        Progress = flags.String("progress", "Set type of progress output (\"auto\", \"quiet\", \"plain\", \"tty\")", Environment.GetEnvironmentVariable("BUILDKIT_PROGRESS") is { Length: > 0 } usual ? usual : "auto");
        Pull = flags.Bool("pull", "Always attempt to pull all referenced images");
        Quiet = flags.Bool("quiet", 'q', "Suppress the build output and print image ID on success");
        _tags = flags.List("tag", 't', "list", "Name and optionally a tag (format: \"name:tag\")");
        Target = flags.String("target", "Set the target build stage to build");

        // The image is in the store anyway, no container stays behind, and the context is not sent anywhere.
        foreach (string name in (ReadOnlySpan<string>)["compress", "force-rm", "load", "rm"])
        {
            flags.Add(new BoolFlag(name, '\0', "") { Hidden = true });
        }

        foreach (string name in (ReadOnlySpan<string>)["builder", "provenance", "sbom"])
        {
            flags.Add(new StringFlag(name, '\0', "") { Hidden = true });
        }

        foreach (string name in (ReadOnlySpan<string>)["push", "squash", "check"])
        {
            _unsupported.Add(flags.Add(new BoolFlag(name, '\0', "") { Hidden = true }));
        }

        foreach ((string name, char shorthand) in (ReadOnlySpan<(string, char)>)[("output", 'o'), ("memory", 'm'), ("cpu-shares", 'c'), ("memory-swap", '\0'), ("cpu-period", '\0'),
            ("cpu-quota", '\0'), ("cpuset-cpus", '\0'), ("cpuset-mems", '\0'), ("isolation", '\0'), ("shm-size", '\0'), ("metadata-file", '\0'), ("call", '\0')])
        {
            _unsupported.Add(flags.Add(new StringFlag(name, shorthand, "") { Hidden = true }));
        }

        foreach (string name in (ReadOnlySpan<string>)["allow", "annotation", "attest", "build-context", "no-cache-filter", "secret", "security-opt", "ssh", "ulimit"])
        {
            _unsupported.Add(flags.Add(new ListFlag(name, '\0', "list", "") { Hidden = true }));
        }
    }

    public StringFlag File { get; }

    public StringFlag IdFile { get; }

    public StringFlag Network { get; }

    public BoolFlag NoCache { get; }

    public StringFlag Progress { get; }

    public BoolFlag Pull { get; }

    public BoolFlag Quiet { get; }

    public StringFlag Target { get; }

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

    public IReadOnlyDictionary<string, string> Labels
    {
        get
        {
            Dictionary<string, string> values = new(StringComparer.Ordinal);
            foreach (string[] pair in _labels.Values.Select(text => text.Split('=', 2)))
            {
                values[pair[0]] = pair.Length > 1 ? pair[1] : "";
            }

            return values;
        }
    }

    /// <summary>Refuses what would change the image or its making and cannot be done.</summary>
    public void Check()
    {
        if (_unsupported.Find(flag => flag.IsSet) is { } flag)
        {
            throw BrigException.Unsupported($"build --{flag.Name} is not supported yet");
        }

        if (_platform.Value.Length > 0 && PlatformChoice.Parse(_platform.Value) is var asked && asked != PlatformChoice.Parse(Platform.Host.ToString()))
        {
            throw BrigException.Unsupported($"build --platform={asked} is not supported yet on {Platform.Host}");
        }

        if (Progress.Value is not ("auto" or "quiet" or "none" or "plain" or "tty"))
        {
            throw BrigException.Invalid($"invalid progress mode: \"{Oci.Text.Quote(Progress.Value)}\" (auto, quiet, plain, tty)");
        }
    }
}
