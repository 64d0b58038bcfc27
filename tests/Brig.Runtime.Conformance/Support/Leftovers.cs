namespace Brig.Runtime.Conformance.Support;

/// <summary>After the last case: no mount, process or cgroup of this run may be left on the machine.</summary>
public sealed class Leftovers : IDisposable
{
    private readonly string _mark = $"-{Environment.ProcessId}-";

    public void Dispose()
    {
        try
        {
            string[] found = [];
            Host.Until(() => (found = [.. Find()]).Length == 0, $"nothing left behind:\n{string.Join('\n', Find())}", 15);
        }
        finally
        {
            CgroupDriver.RemoveEmpty();
            Directory.Delete(Host.Folder, recursive: true);
        }
    }

    private IEnumerable<string> Find()
    {
        foreach (string mount in File.ReadLines("/proc/self/mountinfo").Where(line => line.Contains(Host.Folder, StringComparison.Ordinal)))
        {
            yield return "mount " + mount;
        }

        foreach (string process in Directory.GetDirectories("/proc").Where(folder => int.TryParse(Path.GetFileName(folder), out int pid) && pid != Environment.ProcessId))
        {
            if (Text(process + "/cmdline").Contains(Host.Folder + "/", StringComparison.Ordinal))
            {
                yield return $"process {process} {Text(process + "/cmdline").Replace('\0', ' ')}";
            }
        }

        // What the comparison runtimes leave is theirs to mend; it is only taken away.
        foreach (string cgroup in CgroupDriver.All().Where(path => path.Contains("brig" + _mark, StringComparison.Ordinal)))
        {
            yield return "cgroup " + cgroup;
        }
    }

    private static string Text(string path)
    {
        try
        {
            return File.ReadAllText(path);
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
}
