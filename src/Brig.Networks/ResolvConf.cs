using System.Net;
using System.Net.Sockets;
using System.Text;
using Brig.Linux;

namespace Brig.Networks;

/// <summary>Texts for a container's /etc/resolv.conf (man 5 resolv.conf).</summary>
public static class ResolvConf
{
    private const string HostFile = "/etc/resolv.conf", BehindResolved = "/run/systemd/resolve/resolv.conf";

    /// <summary>The host's text; empty where it has none. Where the host asks systemd-resolved on loopback, the list of servers that resolved itself asks.</summary>
    public static string ReadHost()
    {
        string text = Files.TryReadText(HostFile) ?? "";
        return Servers(text) is ["127.0.0.53"] && Files.TryReadText(BehindResolved) is { } upstream ? upstream : text;
    }

    /// <summary>
    /// For a container on the default bridge: servers on the host's loopback cannot be reached from there, nor can IPv6 ones,
    /// and are left out; where none remains, 8.8.8.8 and 8.8.4.4 are asked.
    /// </summary>
    public static string ForBridge(string hostText, NameServers wishes)
    {
        IEnumerable<string> reachable = Servers(hostText).Where(server =>
            IPAddress.TryParse(server, out IPAddress? address) && address.AddressFamily == AddressFamily.InterNetwork && !IPAddress.IsLoopback(address));
        string[] servers = wishes.Servers.Count > 0 ? [.. wishes.Servers] : [.. reachable];
        return Write(hostText, servers.Length > 0 ? servers : ["8.8.8.8", "8.8.4.4"], wishes);
    }

    /// <summary>For a container in a network whose names are served: the server at 127.0.0.11 alone, which asks the others.</summary>
    public static string ForNames(string hostText, NameServers wishes)
    {
        List<string> options = wishes.Options.Count > 0 ? [.. wishes.Options] : Last(hostText, "options");
        bool counted = options.Exists(option => option.StartsWith("ndots:", StringComparison.Ordinal));
        return Write(hostText, ["127.0.0.11"], wishes with { Options = counted ? options : [.. options, "ndots:0"] });
    }

    /// <summary>The servers that a text names, those that are no addresses left out.</summary>
    public static IReadOnlyList<IPAddress> Addresses(string text) =>
        [.. Servers(text).Select(server => IPAddress.TryParse(server, out IPAddress? address) ? address : null).OfType<IPAddress>()];

    /// <summary>For a container in the host's network: the host's text but for what was asked for.</summary>
    public static string ForHost(string hostText, NameServers wishes) =>
        wishes.Servers.Count + wishes.Search.Count + wishes.Options.Count == 0 ? hostText
            : Write(hostText, wishes.Servers.Count > 0 ? wishes.Servers : Servers(hostText), wishes);

    private static string Write(string hostText, IReadOnlyList<string> servers, NameServers wishes)
    {
        StringBuilder text = new();
        foreach (string server in servers)
        {
            text.Append("nameserver ").Append(server).Append('\n');
        }

        List<string> search = wishes.Search.Count > 0 ? [.. wishes.Search.Where(domain => domain != ".")] : Last(hostText, "search", "domain");
        List<string> options = wishes.Options.Count > 0 ? [.. wishes.Options] : Last(hostText, "options");
        Append(text, "search", search);
        Append(text, "options", options);
        return text.ToString();
    }

    private static void Append(StringBuilder text, string keyword, List<string> words)
    {
        if (words.Count > 0)
        {
            text.Append(keyword).Append(' ').AppendJoin(' ', words).Append('\n');
        }
    }

    private static List<string> Servers(string text) => [.. Statements(text).Where(words => words is ["nameserver", _, ..]).Select(words => words[1])];

    // The last of several search, domain or options lines is the one that counts.
    private static List<string> Last(string text, params ReadOnlySpan<string> keywords)
    {
        List<string> found = [];
        foreach (string[] words in Statements(text))
        {
            found = keywords.Contains(words[0]) ? [.. words[1..]] : found;
        }

        return found;
    }

    private static IEnumerable<string[]> Statements(string text) => text.Split('\n')
        .Where(line => !line.StartsWith('#') && !line.StartsWith(';'))
        .Select(line => line.Split((char[])[' ', '\t', '\r'], StringSplitOptions.RemoveEmptyEntries))
        .Where(words => words.Length > 0);
}
