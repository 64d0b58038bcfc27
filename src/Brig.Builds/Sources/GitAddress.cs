using System.Text.RegularExpressions;

namespace Brig.Builds.Sources;

/// <summary>
/// A git repository as contexts and ADD name it: <c>https://host/x.git#ref:folder</c>, <c>git@host:x.git</c>, <c>ssh://</c>, <c>git://</c>, <c>file://</c>,
/// or with <c>?ref=&amp;subdir=</c> and so on.
/// </summary>
internal sealed partial record GitAddress
{
    /// <summary>What git clones from.</summary>
    internal required string Remote { get; init; }

    internal bool IsOfThisMachine => Remote.StartsWith("file://", StringComparison.Ordinal);

    /// <summary>A branch, tag or commit; null for the default branch.</summary>
    internal string? Reference { get; init; }

    internal string Folder { get; init; } = "";

    /// <summary>The commit, or its beginning, that the reference must be.</summary>
    internal string? Checksum { get; init; }

    internal bool? KeepGitDirectory { get; init; }

    internal bool Submodules { get; init; } = true;

    internal bool TimesOfCommit { get; init; }

    /// <summary>Null for what names no repository.</summary>
    internal static GitAddress? TryParse(string text)
    {
        string address = text;
        string fragment = "";
        int hash = address.IndexOf('#', StringComparison.Ordinal);
        if (hash >= 0)
        {
            (address, fragment) = (address[..hash], address[(hash + 1)..]);
        }

        string query = "";
        int question = address.IndexOf('?', StringComparison.Ordinal);
        if (question >= 0)
        {
            (address, query) = (address[..question], address[(question + 1)..]);
        }

        bool isGit = address.StartsWith("git://", StringComparison.Ordinal) || address.StartsWith("ssh://", StringComparison.Ordinal) || address.StartsWith("file:///", StringComparison.Ordinal) || ScpStyle().IsMatch(address)
            || (RemoteAddress.IsWeb(address) && address.EndsWith(".git", StringComparison.Ordinal));
        if (!isGit && address.StartsWith("github.com/", StringComparison.Ordinal))
        {
            (isGit, address) = (true, "https://" + address);
        }

        if (!isGit)
        {
            return null;
        }

        int colon = fragment.IndexOf(':', StringComparison.Ordinal);
        GitAddress parsed = new()
        {
            Remote = address,
            Reference = (colon < 0 ? fragment : fragment[..colon]) is { Length: > 0 } reference ? reference : null,
            Folder = colon < 0 ? "" : fragment[(colon + 1)..],
        };
        return query.Length == 0 ? parsed : parsed.With(query);
    }

    private GitAddress With(string query)
    {
        GitAddress result = this;
        foreach (string pair in query.Split('&', StringSplitOptions.RemoveEmptyEntries))
        {
            int equals = pair.IndexOf('=', StringComparison.Ordinal);
            string value = equals < 0 ? "" : Uri.UnescapeDataString(pair[(equals + 1)..]);
            result = (equals < 0 ? pair : pair[..equals]) switch
            {
                "ref" => result with { Reference = value },
                "tag" => result with { Reference = "refs/tags/" + value },
                "branch" => result with { Reference = "refs/heads/" + value },
                "commit" or "checksum" => result with { Checksum = value },
                "subdir" => result with { Folder = value },
                "submodules" => result with { Submodules = IsTrue(value) },
                "keep-git-dir" => result with { KeepGitDirectory = IsTrue(value) },
                "mtime" => result with { TimesOfCommit = value switch { "commit" => true, "checkout" => false, _ => throw BrigException.Invalid($"invalid mtime \"{Oci.Text.Quote(value)}\" of a git address (checkout or commit)") } },
                "fetch-by-commit" => result,
                var other => throw BrigException.Invalid($"unexpected query \"{Oci.Text.Quote(other)}\" in a git address"),
            };
        }

        return result;
    }

    private static bool IsTrue(string value) => value is "" or "1" or "true";

    [GeneratedRegex(@"^[a-zA-Z0-9_.-]+@[a-zA-Z0-9_.-]+:.+", RegexOptions.CultureInvariant)]
    private static partial Regex ScpStyle();
}
