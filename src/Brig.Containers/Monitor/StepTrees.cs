using Brig.Containers.Specifications;
using Brig.Linux;
using Microsoft.Win32.SafeHandles;

namespace Brig.Containers.Monitor;

/// <summary>The layers' trees that a build step has mounted, made as detached mounts; gone when disposed.</summary>
internal sealed class StepTrees : IDisposable
{
    private readonly Dictionary<string, SafeFileHandle> _trees = [];

    private StepTrees()
    {
    }

    /// <summary>By the place where each is mounted.</summary>
    internal IReadOnlyDictionary<string, SafeFileHandle> ByTarget => _trees;

    internal static StepTrees Make(IReadOnlyList<StepTree> trees)
    {
        StepTrees made = new();
        try
        {
            foreach (StepTree tree in trees)
            {
                made._trees[tree.Target] = Make(tree);
            }

            return made;
        }
        catch
        {
            made.Dispose();
            throw;
        }
    }

    public void Dispose()
    {
        foreach (SafeFileHandle tree in _trees.Values)
        {
            tree.Dispose();
        }

        _trees.Clear();
    }

    private static SafeFileHandle Make(StepTree tree)
    {
        SafeFileHandle whole = Mounts.Overlay(tree.Lowers, tree.Upper, tree.Work);
        if (tree.Path.Length == 0)
        {
            return whole;
        }

        using (whole)
        {
            using SafeFileHandle part = Files.TryOpenIn(whole, tree.Path, OpenFlags.O_PATH, 0, Resolve.RESOLVE_IN_ROOT | Resolve.RESOLVE_NO_MAGICLINKS, out Errno errno)
                ?? throw (errno is Errno.ENOENT or Errno.ENOTDIR ? BrigException.NotFound($"mount {tree.Target}: \"/{Oci.Text.Quote(tree.Path)}\": not found") : new LinuxException("open", tree.Path, errno));
            try
            {
                return Mounts.OpenTree(part, "", recursive: false);
            }
            catch (LinuxException error) when (error.Errno == Errno.EINVAL)
            {
                throw BrigException.Unsupported($"mount {tree.Target}: a part of a stage of several layers needs Linux 6.15 (mount the whole stage, or COPY it)");
            }
        }
    }
}
