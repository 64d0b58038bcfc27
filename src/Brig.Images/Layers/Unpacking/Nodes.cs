using Brig.Images.Layers.Tar;
using Brig.Linux;
using Microsoft.Win32.SafeHandles;

namespace Brig.Images.Layers.Unpacking;

/// <summary>Makes what is neither file nor directory.</summary>
internal static class Nodes
{
    internal static Errno Make(TarEntry entry, SafeFileHandle directory, byte[] name)
    {
        uint permissions = entry.Permissions & 0x1FF;
        return entry.Type switch
        {
            TarEntryType.SymbolicLink => entry.Target.Length > 0 ? RawFiles.Symlink([.. entry.Target, 0], directory, name) : throw entry.Refuse("a symbolic link to nothing"),
            TarEntryType.CharacterDevice => RawFiles.MakeNode(directory, name, FileType.CharacterDevice, permissions, entry.Major, entry.Minor),
            TarEntryType.BlockDevice => RawFiles.MakeNode(directory, name, FileType.BlockDevice, permissions, entry.Major, entry.Minor),
            _ => RawFiles.MakeNode(directory, name, FileType.Fifo, permissions, 0, 0),
        };
    }
}
