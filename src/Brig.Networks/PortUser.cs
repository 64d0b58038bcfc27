using System.Globalization;
using System.Net;
using Brig.Linux;
using Brig.Linux.Netlink;

namespace Brig.Networks;

/// <summary>Finds the process that has a port open, for the message that says so.</summary>
internal static class PortUser
{
    /// <summary>E.g. <c>nginx, pid 1234</c>; null where no process that may be seen has it.</summary>
    internal static string? Find(PublishedPort port)
    {
        string name = PortMappingText.Name(port.Protocol);
        foreach (string table in (ReadOnlySpan<string>)[name, name + "6"])
        {
            // The thread's own directory: /proc/net is that of the first thread, which may be in another namespace.
            foreach (string line in Lines($"/proc/thread-self/net/{table}"))
            {
                if (Inode(line, port) is { } inode && Process(inode) is { } process)
                {
                    return process;
                }
            }
        }

        return null;
    }

    // sl local_address rem_address st tx:rx tr:tm retrnsmt uid timeout inode (man 5 proc)
    private static string? Inode(string line, PublishedPort port)
    {
        const string TCP_LISTEN = "0A";
        string[] fields = line.Split(' ', StringSplitOptions.RemoveEmptyEntries);
        if (fields.Length < 10 || fields[0] == "sl")
        {
            return null;
        }

        int colon = fields[1].IndexOf(':', StringComparison.Ordinal);
        string address = fields[1][..colon];
        return int.Parse(fields[1].AsSpan(colon + 1), NumberStyles.HexNumber, CultureInfo.InvariantCulture) == port.HostPort
            && (port.Protocol != TransportProtocol.Tcp || fields[3] == TCP_LISTEN)
            && (address.All(digit => digit == '0') || port.HostAddress.Equals(IPAddress.Any) || address.EndsWith(Hexadecimal(port.HostAddress), StringComparison.Ordinal))
            ? fields[9] : null;
    }

    private static string Hexadecimal(IPAddress address) => Convert.ToHexString([.. address.GetAddressBytes().Reverse()]);

    private static string? Process(string inode)
    {
        string wanted = $"socket:[{inode}]";
        foreach (string folder in Directory.EnumerateDirectories("/proc"))
        {
            if (!int.TryParse(Path.GetFileName(folder), NumberStyles.None, CultureInfo.InvariantCulture, out int pid))
            {
                continue;
            }

            if (Descriptors($"{folder}/fd").Any(target => target == wanted))
            {
                return $"{Files.TryReadText($"{folder}/comm")?.TrimEnd() ?? "a process"}, pid {pid}";
            }
        }

        return null;
    }

    /// <summary>What the descriptors of a process refer to; those that close meanwhile, or are not to be seen, are left out.</summary>
    private static IEnumerable<string> Descriptors(string folder)
    {
        string[] files;
        try
        {
            files = Directory.GetFiles(folder);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            return [];
        }

        return files.Select(TryReadLink).OfType<string>();
    }

    private static string? TryReadLink(string path)
    {
        try
        {
            return Files.ReadLink(null, path);
        }
        catch (LinuxException)
        {
            return null;
        }
    }

    private static string[] Lines(string path) => (Files.TryReadText(path, 16 << 20) ?? "").Split('\n');
}
