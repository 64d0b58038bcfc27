using System.Net;
using Brig.Containers;

namespace Brig.Cli.Commands.Containers;

/// <summary>
/// A container's ports as <c>ps</c> shows them: published ones with the same number on both sides and exposed ones in ranges, then
/// published ones whose numbers differ, each alone.
/// </summary>
internal static class PortList
{
    internal static IEnumerable<string> Of(IReadOnlyList<PortState> published, IEnumerable<string> exposed)
    {
        // A port of the container's own address (routed) shows as one that is exposed does.
        IEnumerable<(string Group, int Port)> plain = exposed.Select(port => port.Split('/', 2)).Where(parts => int.TryParse(parts[0], out _)).Select(parts => ($"/{parts[1]}", int.Parse(parts[0])))
            .Concat(published.Where(port => port.HostPort == 0).Select(port => ($"/{port.Protocol}", port.ContainerPort))).Distinct();
        IEnumerable<(string Group, int Port)> same = published.Where(port => port.HostPort == port.ContainerPort).Select(port => ($"{port.HostAddress}/{port.Protocol}", port.ContainerPort));
        IEnumerable<string> ranges = same.Concat(plain).OrderBy(port => port.Port).GroupBy(port => port.Group).SelectMany(group => Ranges(group.Key, [.. group.Select(port => port.Port).Order()]));
        return ranges.Concat(published.Where(port => port.HostPort != 0 && port.HostPort != port.ContainerPort)
            .Select(port => $"{new IPEndPoint(IPAddress.Parse(port.HostAddress), port.HostPort)}->{port.ContainerPort}/{port.Protocol}"));
    }

    /// <param name="group">Address, which may be empty, and protocol.</param>
    private static IEnumerable<string> Ranges(string group, int[] ports)
    {
        string address = group[..group.LastIndexOf('/')], protocol = group[group.LastIndexOf('/')..];
        string host = address.Length == 0 ? "" : address.Contains(':', StringComparison.Ordinal) ? $"[{address}]:" : address + ":";
        for (int first = 0, last; first < ports.Length; first = last + 1)
        {
            for (last = first; last + 1 < ports.Length && ports[last + 1] == ports[last] + 1;)
            {
                last++;
            }

            string range = last > first ? $"{ports[first]}-{ports[last]}" : $"{ports[first]}";
            yield return (host.Length > 0 ? $"{host}{range}->" : "") + range + protocol;
        }
    }
}
