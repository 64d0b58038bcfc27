namespace Brig.Images.Registry.Configuration;

/// <summary>The <c>prefix</c> of a registry table: <c>host[:port][/path]</c>, or <c>*.host</c> for all hosts below one.</summary>
internal static class NamePrefix
{
    /// <summary>How much of a full name (<c>docker.io/library/debian:12</c>) the prefix covers; null where it is another's.</summary>
    internal static int? Match(string prefix, string name)
    {
        int end;
        if (prefix.StartsWith("*.", StringComparison.Ordinal))
        {
            string domain = prefix[1..];
            int host = name.IndexOf('/', StringComparison.Ordinal);
            int at = name.AsSpan(0, host < 0 ? name.Length : host).IndexOf(domain, StringComparison.Ordinal);
            if (at <= 0)
            {
                return null;
            }

            end = at + domain.Length;
        }
        else if (name.StartsWith(prefix, StringComparison.Ordinal))
        {
            end = prefix.Length;
        }
        else
        {
            return null;
        }

        return end == name.Length || name[end] is ':' or '/' or '@' ? end : null;
    }
}
