using System.Globalization;
using System.Text;
using Brig.Linux;
using Microsoft.Win32.SafeHandles;

namespace Brig.Containers.Monitor;

/// <summary>
/// The monitors of this machine, those of other roots too, as the process table has them. A monitor is there before anything of
/// its container is made: what exists without one is left over.
/// </summary>
internal sealed class Monitors
{
    private HashSet<string> _ids = [];

    /// <summary>Whether a container has a monitor now. A "no" is never out of date.</summary>
    internal bool Has(string id) => _ids.Contains(id) || (_ids = Scan()).Contains(id);

    private static HashSet<string> Scan()
    {
        HashSet<string> ids = new(StringComparer.Ordinal);
        using SafeFileHandle proc = Files.Open("/proc", OpenFlags.O_RDONLY | OpenFlags.O_DIRECTORY);
        foreach (byte[] entry in Trees.Entries(proc))
        {
            string name = Encoding.ASCII.GetString(entry.AsSpan(0, entry.Length - 1));
            if (int.TryParse(name, NumberStyles.None, CultureInfo.InvariantCulture, out _) && IdOf(name) is { } id)
            {
                ids.Add(id);
            }
        }

        return ids;
    }

    /// <summary>The container of a process <c>brig monitor ROOT RUN-ROOT ID</c>; null for any other. A clone that has not come to its exec says the same of itself, but lives in a pid namespace below.</summary>
    private static string? IdOf(string process)
    {
        try
        {
            return Files.TryReadText($"/proc/{process}/cmdline")?.Split('\0') is ["brig", "monitor", _, _, { } id, ..] && Depth(process) <= Depth("self") ? id : null;
        }
        catch (LinuxException error) when (error.Errno is Errno.ESRCH or Errno.EFBIG)
        {
            return null;
        }
    }

    private static int Depth(string process) => (Files.TryReadText($"/proc/{process}/status") ?? "").Split('\n')
        .FirstOrDefault(line => line.StartsWith("NSpid:", StringComparison.Ordinal), "").Split('\t').Length;
}
