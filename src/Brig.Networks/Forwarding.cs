using Brig.Linux;

namespace Brig.Networks;

/// <summary>The host's switches for passing packets on between its interfaces. They stay on: others may have come to need them.</summary>
internal static class Forwarding
{
    private const string Switch4 = "/proc/sys/net/ipv4/ip_forward", Interfaces6 = "/proc/sys/net/ipv6/conf";

    internal static void Enable(bool alsoIPv6)
    {
        Enable(Switch4, "IPv4", "net.ipv4.ip_forward");
        if (alsoIPv6 && Files.TryReadText($"{Interfaces6}/all/forwarding")?.Trim() == "0")
        {
            KeepAdvertisements();
            Enable($"{Interfaces6}/all/forwarding", "IPv6", "net.ipv6.conf.all.forwarding");
        }
    }

    /// <summary>A host that forwards would stop listening to its router's advertisements, and lose its own way out with that, unless told to go on (accept_ra = 2).</summary>
    private static void KeepAdvertisements()
    {
        foreach (string folder in Directory.GetDirectories(Interfaces6))
        {
            if (Files.TryReadText($"{folder}/accept_ra")?.Trim() == "1")
            {
                Write($"{folder}/accept_ra", "2", "IPv6", "net.ipv6.conf.all.accept_ra");
            }
        }
    }

    private static void Enable(string path, string family, string name)
    {
        if (Files.TryReadText(path)?.Trim() == "0")
        {
            Write(path, "1", family, name);
        }
    }

    private static void Write(string path, string value, string family, string name)
    {
        try
        {
            Files.WriteValue(path, value);
        }
        catch (LinuxException error)
        {
            throw BrigException.Unavailable($"{family} forwarding is off and cannot be switched on: {error.Message} (sysctl -w {name}={value})", error);
        }
    }
}
