using Brig.Linux;
using Brig.State;
using Microsoft.Win32.SafeHandles;

namespace Brig.Builds.Execution;

/// <summary>
/// A layer while it is made: an entry of <c>staging/</c>, locked for as long as its maker lives, with the upper directory that collects
/// the changes. What is not adopted by the store when it is disposed is gone.
/// </summary>
internal sealed class StagedLayer : IDisposable
{
    private readonly StagingFolder _folder;
    private int _scratches;

    private StagedLayer(StagingFolder folder, IReadOnlyList<string> lowers) => (_folder, Lowers) = (folder, lowers);

    /// <summary>Topmost first; never empty, overlayfs wants at least one.</summary>
    internal IReadOnlyList<string> Lowers { get; }

    /// <summary>A directory with nothing in it.</summary>
    internal string Empty => Path.Combine(_folder.Path, "empty");

    internal string Upper => Path.Combine(_folder.Path, "upper");

    internal string Work => Path.Combine(_folder.Path, "work");

    internal static StagedLayer Make(StateRoot root, IReadOnlyList<string> lowers)
    {
        StagingFolder folder = StagingFolder.Make(root, "build");
        string empty = Path.Combine(folder.Path, "empty");
        StagedLayer staged = new(folder, lowers.Count > 0 ? lowers : [empty]);
        try
        {
            Files.MakeNewDirectory(null, empty);
            Files.MakeNewDirectory(null, staged.Work);
            Files.MakeNewDirectory(null, staged.Upper);

            // The upper directory's root is the root that a process sees, with its owner, mode and time:
            // a step that changes nothing makes the same layer each time.
            FileStatus below = Files.TryStat(null, staged.Lowers[0]) ?? throw new LinuxException("stat", staged.Lowers[0], Errno.ENOENT);
            using SafeFileHandle upper = Files.Open(staged.Upper, OpenFlags.O_RDONLY | OpenFlags.O_DIRECTORY);
            Files.ChangeOwner(upper, below.Uid, below.Gid);
            Files.ChangeMode(upper, below.Permissions);
            Inodes.SetModified(null, staged.Upper, below.ModifiedNanoseconds);
            return staged;
        }
        catch
        {
            staged.Dispose();
            throw;
        }
    }

    /// <summary>The layers below with this one on top; closing it unmounts.</summary>
    internal SafeFileHandle Mount() => Mounts.Overlay(Lowers, Upper, Work);

    /// <summary>The layers below alone, to look into.</summary>
    internal SafeFileHandle View() => Mounts.Overlay(Lowers, null, null);

    /// <summary>Directories of a mount that takes writes which nobody keeps: an upper one and overlayfs's own.</summary>
    internal (string Upper, string Work) Scratch()
    {
        string place = Path.Combine(_folder.Path, $"scratch-{_scratches++}");
        Files.MakeNewDirectory(null, place);
        Files.MakeNewDirectory(null, Path.Combine(place, "upper"));
        Files.MakeNewDirectory(null, Path.Combine(place, "work"));
        return (Path.Combine(place, "upper"), Path.Combine(place, "work"));
    }

    /// <summary>Where files may stand that go with this.</summary>
    internal string Folder => _folder.Path;

    public void Dispose() => _folder.Dispose();
}
