using Brig.Linux;

namespace Brig.Networks;

/// <summary>The host's switch for passing packets on between its interfaces (net.ipv4.ip_forward). It stays on: others may have come to need it.</summary>
internal static class Forwarding
{
    private const string Switch = "/proc/sys/net/ipv4/ip_forward";

    internal static void Enable()
    {
        if (Files.TryReadText(Switch)?.Trim() != "0")
        {
            return;
        }

        try
        {
            Files.WriteValue(Switch, "1");
        }
        catch (LinuxException error)
        {
            throw BrigException.Unavailable($"IPv4 forwarding is off and cannot be switched on: {error.Message} (sysctl -w net.ipv4.ip_forward=1)", error);
        }
    }
}
