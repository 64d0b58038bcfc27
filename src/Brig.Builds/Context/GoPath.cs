namespace Brig.Builds.Context;

/// <summary>Paths with slashes, cleaned by Go's rules, which the rules for contexts are written in.</summary>
internal static class GoPath
{
    /// <summary>The shortest equal path: no empty part, no <c>.</c>, no <c>..</c> that a part before it answers; <c>.</c> for nothing.</summary>
    internal static string Clean(string path)
    {
        bool rooted = path.StartsWith('/');
        List<string> parts = [];
        foreach (string part in path.Split('/'))
        {
            switch (part)
            {
                case "" or ".":
                    break;
                case ".." when parts.Count > 0 && parts[^1] != "..":
                    parts.RemoveAt(parts.Count - 1);
                    break;
                case ".." when rooted:
                    break;
                default:
                    parts.Add(part);
                    break;
            }
        }

        string joined = string.Join('/', parts);
        return rooted ? "/" + joined : joined.Length == 0 ? "." : joined;
    }

    /// <summary>The path below a root that no <c>..</c> leaves, without a leading slash; empty for the root itself.</summary>
    internal static string Rooted(string path) => Clean("/" + path)[1..];

    internal static string Join(string folder, string name) => folder.Length == 0 ? name : $"{folder}/{name}";

    /// <summary>The last part; empty for the root.</summary>
    internal static string Base(string path) => path.TrimEnd('/') is var trimmed ? trimmed[(trimmed.LastIndexOf('/') + 1)..] : "";
}
