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

    private readonly IReadOnlyDictionary<string, string> _given;
    private readonly Dictionary<string, string?> _globals = [];
    private readonly HashSet<string> _used = [];

    internal BuildScope(Dockerfile file, IReadOnlyDictionary<string, string> given)
    {
        _given = given;
        Escape = file.Directives.Escape;
        FileName = file.Name;
        string platform = Platform.Host.ToString();
        foreach (string kind in (ReadOnlySpan<string>)["BUILD", "TARGET"])
        {
            _globals[kind + "PLATFORM"] = platform;
            _globals[kind + "OS"] = Platform.Host.Os;
            _globals[kind + "OSVERSION"] = "";
            _globals[kind + "ARCH"] = Platform.Host.Architecture;
            _globals[kind + "VARIANT"] = Platform.Host.Variant ?? "";
        }

        _globals["TARGETSTAGE"] = "default";
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

    internal char Escape { get; }

    internal string FileName { get; }

    /// <summary>Expands with the global ARGs alone, as FROM does.</summary>
    internal Expander ForGlobals => new(Escape, Global);

    /// <summary>Values given and not declared by any ARG.</summary>
    internal IEnumerable<string> Unused => _given.Keys.Where(name => !_used.Contains(name) && !s_proxies.Contains(name)).Order(StringComparer.Ordinal);

    internal string? Global(string name) => _globals.GetValueOrDefault(name);

    /// <summary>The value given from outside; null where none is.</summary>
    internal string? Given(string name)
    {
        _used.Add(name);
        return _given.GetValueOrDefault(name);
    }

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

    internal BrigException Located(Instruction instruction, BrigException error) =>
        new(error.Kind, $"{FileName}:{instruction.Lines.First}: {error.Message}", error);
}
