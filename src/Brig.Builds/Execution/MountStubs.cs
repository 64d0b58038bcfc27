using Brig.Linux;
using Microsoft.Win32.SafeHandles;

namespace Brig.Builds.Execution;

/// <summary>
/// The places that a step's mounts need and its root does not have: the runtime makes them, and after the step those that are still
/// empty go again, so that a layer holds what the command wrote and nothing else.
/// </summary>
internal sealed class MountStubs
{
    private static readonly string[] s_usual =
        ["/proc", "/dev", "/sys", "/etc/resolv.conf", "/etc/hosts", "/etc/hostname"];

    private readonly List<(string Path, bool IsDirectory, string Parent)> _missing = [];
    private readonly Dictionary<string, (FileStatus Below, bool WasThere)> _parents = [];
    private readonly StagedLayer _staged;

    /// <summary>Looks what is missing before the step runs.</summary>
    internal MountStubs(StagedLayer staged, IEnumerable<string> targets)
    {
        _staged = staged;
        using SafeFileHandle view = staged.View();
        foreach (string target in s_usual.Concat(targets))
        {
            string path = "";
            foreach (string name in target.Split('/', StringSplitOptions.RemoveEmptyEntries))
            {
                string parent = path.Length == 0 ? "/" : path;
                path += "/" + name;
                if (TryStat(view, path) is { } status)
                {
                    // Through links the place lies elsewhere; what is made there is the runtime's business and stays.
                    if (status.Type == FileType.SymbolicLink)
                    {
                        break;
                    }

                    continue;
                }

                if (!_missing.Exists(other => other.Path == path))
                {
                    _missing.Add((path, IsDirectory: true, parent));
                    if (TryStat(view, parent) is { } above)
                    {
                        _parents[parent] = (above, Files.TryStat(null, _staged.Upper + parent) is not null);
                    }
                }
            }
        }
    }

    /// <summary>Takes away what was made and is empty. The step's root must not be mounted any more.</summary>
    internal void Clear()
    {
        HashSet<string> touched = [];
        for (int i = _missing.Count - 1; i >= 0; i--)
        {
            (string path, _, string parent) = _missing[i];
            string place = _staged.Upper + path;
            switch (Files.TryStat(null, place))
            {
                case { IsDirectory: true }:
                    if (Files.TryRemoveDirectory(null, place) == Errno.None)
                    {
                        touched.Add(parent);
                    }

                    break;
                case { Type: FileType.Regular, Size: 0 }:
                    Files.Unlink(null, place);
                    touched.Add(parent);
                    break;
            }
        }

        foreach (string parent in touched.OrderByDescending(path => path.Length))
        {
            if (_parents.TryGetValue(parent, out (FileStatus Below, bool WasThere) known))
            {
                Restore(parent, known.Below, known.WasThere);
            }
        }
    }

    // A directory that is in the upper layer for the stubs' sake alone goes; one that has more in it gets its time back.
    private void Restore(string parent, FileStatus below, bool wasThere)
    {
        string place = _staged.Upper + parent;
        if (Files.TryStat(null, place) is not { IsDirectory: true } now)
        {
            return;
        }

        bool same = now.Uid == below.Uid && now.Gid == below.Gid && now.Permissions == below.Permissions;
        if (same && parent != "/" && !wasThere && Files.TryRemoveDirectory(null, place) == Errno.None)
        {
            return;
        }

        if (parent == "/" && same && !Directory.EnumerateFileSystemEntries(place).Any())
        {
            Inodes.SetModified(null, place, below.ModifiedNanoseconds);
        }
    }

    private static FileStatus? TryStat(SafeFileHandle view, string path)
    {
        using SafeFileHandle? file = Files.TryOpenIn(view, path, OpenFlags.O_PATH | OpenFlags.O_NOFOLLOW, 0, Resolve.RESOLVE_IN_ROOT | Resolve.RESOLVE_NO_MAGICLINKS, out _);
        return file is null ? null : Files.Stat(file);
    }
}
