using System.Text;
using Brig.Images;
using Brig.Linux;
using Microsoft.Win32.SafeHandles;

namespace Brig.Containers.Checks;

/// <summary>Looks for entries of <c>staging/</c> that nobody holds: their makers died.</summary>
internal sealed class StagingCheck(Engine engine)
{
    internal IReadOnlyList<CheckFinding> Run(CheckMode mode)
    {
        List<CheckFinding> findings = [.. Abandoned().Select(name => new CheckFinding($"{Path.Combine(engine.Root.Staging, name)} has no owner", mode == CheckMode.Repair))];
        if (mode == CheckMode.Repair && findings.Count > 0)
        {
            engine.Images.Layers.Reclaim();
        }

        return findings;
    }

    private List<string> Abandoned()
    {
        List<string> names = [];
        using SafeFileHandle staging = Files.Open(engine.Root.Staging, OpenFlags.O_RDONLY | OpenFlags.O_DIRECTORY);
        foreach (byte[] entry in Trees.Entries(staging))
        {
            // The lock is given back at once: a maker between its two first steps then makes another entry.
            string name = Encoding.UTF8.GetString(entry.AsSpan(0, entry.Length - 1));
            using SafeFileHandle? held = Files.TryOpenAt(staging, name, OpenFlags.O_RDONLY | OpenFlags.O_NOFOLLOW | OpenFlags.O_NONBLOCK, 0, out _);
            if (held is not null && Files.TryLock(held))
            {
                names.Add(name);
            }
        }

        return names;
    }
}
