using System.Collections.Concurrent;
using Brig.Builds.Checks;
using Brig.Builds.Dockerfiles;
using Brig.Builds.Variables;
using Brig.Oci;

namespace Brig.Builds.Plan;

/// <summary>The values that a build is given from outside, and the ARGs before the first FROM.</summary>
internal sealed class BuildScope
{
    /// <summary>ARGs that every RUN gets without a declaration; neither history nor cache keys know them then.</summary>
    private static readonly string[] s_proxies =
    [
        "HTTP_PROXY", "http_proxy", "HTTPS_PROXY", "https_proxy", "FTP_PROXY", "ftp_proxy", "NO_PROXY", "no_proxy", "ALL_PROXY", "all_proxy",
    ];

    /// <summary>ARGs that mean something to the builder itself.</summary>
    private static readonly string[] s_builtIn =
    [
        "BUILDKIT_BUILD_NAME", "BUILDKIT_CACHE_MOUNT_NS", "BUILDKIT_CONTEXT_KEEP_GIT_DIR", "BUILDKIT_INLINE_CACHE", "BUILDKIT_MULTI_PLATFORM",
        "BUILDKIT_SANDBOX_HOSTNAME", "BUILDKIT_SYNTAX", "BUILDKIT_DOCKERFILE_CHECK", "BUILDKIT_SBOM_SCAN_CONTEXT", "BUILDKIT_SBOM_SCAN_STAGE", "SOURCE_DATE_EPOCH",
    ];

    private readonly IReadOnlyDictionary<string, string> _given;
    private readonly Dictionary<string, string?> _globals = [];
    private readonly ConcurrentDictionary<string, bool> _used = new(); // stages are planned side by side

    internal BuildScope(Dockerfile file, IReadOnlyDictionary<string, string> given)
        : this(file, given, Platform.Host, "default", new CheckLog(null))
    {
    }

    /// <param name="file">The whole Dockerfile.</param>
    /// <param name="given">Values of <c>--build-arg</c>.</param>
    /// <param name="target">The platform of the image that is asked for.</param>
    /// <param name="targetStage">The name of the stage that is asked for.</param>
    /// <param name="notes">Where findings go.</param>
    internal BuildScope(Dockerfile file, IReadOnlyDictionary<string, string> given, Platform target, string targetStage, CheckLog notes)
    {
        _given = given;
        Notes = notes;
        Target = target;
        Escape = file.Directives.Escape;
        FileName = file.Name;
        foreach ((string kind, Platform platform) in (ReadOnlySpan<(string, Platform)>)[("BUILD", Platform.Host), ("TARGET", target)])
        {
            _globals[kind + "PLATFORM"] = platform.ToString();
            _globals[kind + "OS"] = platform.Os;
            _globals[kind + "OSVERSION"] = platform.OsVersion ?? "";
            _globals[kind + "ARCH"] = platform.Architecture;
            _globals[kind + "VARIANT"] = platform.Variant ?? "";
        }

        _globals["TARGETSTAGE"] = targetStage;
        foreach (ArgInstruction instruction in file.GlobalArgs)
        {
            At(instruction, () =>
            {
                foreach (NamedValue arg in instruction.Args)
                {
                    string name = ForGlobals.Expand(arg.Name);
                    _globals[name] = Given(name) ?? (arg.Value is null ? _globals.GetValueOrDefault(name) : ForGlobals.Expand(arg.Value));
                }
            });
        }
    }

    /// <summary>What the build checks find.</summary>
    internal CheckLog Notes { get; }

    /// <summary>The platform of the image that is asked for.</summary>
    internal Platform Target { get; }

    internal char Escape { get; }

    internal string FileName { get; }

    /// <summary>Expands with the global ARGs alone, as FROM does.</summary>
    internal Expander ForGlobals => new(Escape, Global);

    /// <summary>Values given and not declared by any ARG.</summary>
    internal IEnumerable<string> Unused => _given.Keys.Where(name => !_used.ContainsKey(name) && !s_proxies.Contains(name) && !s_builtIn.Contains(name)).Order(StringComparer.Ordinal);

    /// <summary>Expands as a FROM does, which sees the global ARGs alone, and notes names that no ARG declares.</summary>
    internal Expander ForFrom(FromInstruction from) => new(Escape, Global, name =>
    {
        if (!_globals.ContainsKey(name))
        {
            string suggestion = Suggestion.For(name, _globals.Keys) is { } near ? $" (did you mean {near}?)" : "";
            Notes.Add(CheckRule.UndefinedArgInFrom, $"FROM argument '{name}' is not declared{suggestion}", from.Lines);
        }
    });

    internal string? Global(string name) => _globals.GetValueOrDefault(name);

    /// <summary>The value given from outside; null where none is.</summary>
    internal string? Given(string name)
    {
        _used[name] = true;
        return _given.GetValueOrDefault(name);
    }

    /// <summary>The value of an ARG that means something to the builder; null where it is not given.</summary>
    internal string? BuiltIn(string name) => _given.GetValueOrDefault(name);

    /// <summary>The proxy settings given from outside, as <c>NAME=value</c>.</summary>
    internal IEnumerable<(string Name, string Value)> Proxies() =>
        s_proxies.Where(_given.ContainsKey).Select(name => (name, _given[name]));

    /// <summary>Does what an instruction asks, and adds its place to what goes wrong.</summary>
    internal void At(Instruction instruction, Action action)
    {
        try
        {
            action();
        }
        catch (BrigException error)
        {
            throw Located(instruction, error);
        }
    }

    /// <summary>The error with the instruction's place; one that has a place already keeps it.</summary>
    internal BrigException Located(Instruction instruction, BrigException error) => Excerpt.LinesOf(error) is not null ? error
        : Excerpt.Mark(new(error.Kind, $"{FileName}:{instruction.Lines.First}: {error.Message}", error), instruction.Lines);
}
