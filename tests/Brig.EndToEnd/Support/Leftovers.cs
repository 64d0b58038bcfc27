using System.Text;

namespace Brig.EndToEnd.Support;

/// <summary>What a state root may leave on the machine: nothing, a few seconds after its last container.</summary>
public sealed class Leftovers
{
    private readonly string _root;

    public Leftovers(string root) => _root = root;

    /// <summary>What the kernel's things of the root are named after.</summary>
    public string KernelName => TableOf(_root);

    public void Check()
    {
        // Other roots are at work meanwhile: what is left over is what stays, not what is there at one moment.
        HashSet<string> left = [.. Find()];
        Host.Eventually(() =>
        {
            left.IntersectWith(Find());
            return left.Count == 0;
        });
        Assert.True(left.Count == 0, "left behind:\n" + string.Join('\n', left));
    }

    /// <summary>One line for each thing that is still there.</summary>
    public IEnumerable<string> Find()
    {
        foreach (string mount in File.ReadLines("/proc/self/mountinfo").Where(line => line.Contains(_root, StringComparison.Ordinal)))
        {
            yield return "mount " + mount;
        }

        foreach (string process in Processes())
        {
            yield return "process " + process;
        }

        foreach (string cgroup in Cgroups())
        {
            yield return "cgroup " + cgroup;
        }

        string group = (Hash(_root) | 0x80000000).ToString();
        foreach (string link in Directory.GetDirectories("/sys/class/net").Where(link => Text(link + "/netdev_group") == group))
        {
            yield return "interface " + link;
        }

        if (Host.Shell("nft list tables").Contains(KernelName, StringComparison.Ordinal))
        {
            yield return "nftables table " + KernelName;
        }
    }

    /// <summary>The name of a root's nftables table.</summary>
    public static string TableOf(string root) => $"brig-{Hash(root):x8}";

    /// <summary>Processes whose command line names the root.</summary>
    public IEnumerable<string> Processes()
    {
        foreach (string folder in Directory.GetDirectories("/proc"))
        {
            if (int.TryParse(Path.GetFileName(folder), out int pid) && pid != Environment.ProcessId
                && Text(folder + "/cmdline").Replace('\0', ' ') is var words && words.Contains(_root, StringComparison.Ordinal))
            {
                yield return $"{pid} {words}";
            }
        }
    }

    /// <summary>Those of the root's containers: roots have a parent each.</summary>
    private IEnumerable<string> Cgroups()
    {
        foreach (string hierarchy in (IEnumerable<string>)["/sys/fs/cgroup", .. Directory.GetDirectories("/sys/fs/cgroup")])
        {
            string[] found;
            try
            {
                found = Directory.GetDirectories($"{hierarchy}/{KernelName}");
            }
            catch (DirectoryNotFoundException)
            {
                continue;
            }

            foreach (string cgroup in found)
            {
                yield return cgroup;
            }
        }
    }

    private static string Text(string path)
    {
        try
        {
            return File.ReadAllText(path).Trim();
        }
        catch (IOException)
        {
            return "";
        }
        catch (UnauthorizedAccessException)
        {
            return "";
        }
    }

    /// <summary>How the engine names a root's network: FNV-1a of the path, folded to 32 bits.</summary>
    private static uint Hash(string text)
    {
        ulong hash = 0xcbf29ce484222325;
        foreach (byte part in Encoding.UTF8.GetBytes(text))
        {
            hash = unchecked((hash ^ part) * 0x100000001b3);
        }

        return (uint)(hash ^ (hash >> 32));
    }
}
