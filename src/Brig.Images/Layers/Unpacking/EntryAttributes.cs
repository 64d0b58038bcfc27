using Brig.Images.Layers.Tar;
using Brig.Linux;
using Microsoft.Win32.SafeHandles;

namespace Brig.Images.Layers.Unpacking;

/// <summary>Owner, extended attributes, mode and time of an entry, put on what was made of it and read from what is there.</summary>
internal static class EntryAttributes
{
    /// <summary>To a file that has its content already, made with the nine lower permission bits.</summary>
    /// <param name="made">The file as the kernel made it.</param>
    internal static void Apply(SafeFileHandle file, TarEntry entry, RawStatus made)
    {
        // In this order: writing and chown both take set-user-ID bits and capabilities away. Most files have their owner
        // from birth; but below a directory with the set-group-ID bit a new file has that directory's group.
        if ((made.Uid, made.Gid) != (entry.Uid, entry.Gid))
        {
            Owners.Give(file, entry);
        }

        SetExtended(file, entry);
        if (entry.Permissions > 0x1FF)
        {
            Check(RawFiles.ChangeMode(file, entry.Permissions), "chmod", entry);
        }

        Check(RawFiles.SetTimes(file, entry.Seconds, entry.Nanoseconds), "set the times of", entry);
    }

    /// <summary>To a symbolic link, a device or a FIFO, made with the nine lower permission bits.</summary>
    internal static void Apply(SafeFileHandle directory, byte[] name, TarEntry entry)
    {
        Owners.Give(directory, name, entry);
        foreach (TarAttribute attribute in entry.Attributes)
        {
            if (!OverlayAttributes.IsOwn(attribute.Name))
            {
                Check(ExtendedAttributes.Set(directory, name, attribute.Name, attribute.Value), entry, attribute);
            }
        }

        if (entry.Type != TarEntryType.SymbolicLink && entry.Permissions > 0x1FF)
        {
            Check(RawFiles.ChangeMode(directory, name, entry.Permissions), "chmod", entry);
        }

        Check(RawFiles.SetTimes(directory, name, entry.Seconds, entry.Nanoseconds), "set the times of", entry);
    }

    internal static void SetExtended(SafeFileHandle file, TarEntry entry)
    {
        foreach (TarAttribute attribute in entry.Attributes)
        {
            if (!OverlayAttributes.IsOwn(attribute.Name))
            {
                Check(ExtendedAttributes.Set(file, attribute.Name, attribute.Value), entry, attribute);
            }
        }
    }

    /// <summary>An entry that says what there is, without name and content. Overlay marks are left out; a tree that needs them to be read is refused.</summary>
    internal static TarEntry Describe(SafeFileHandle directory, byte[] name, RawStatus status)
    {
        TarEntry entry = new()
        {
            Type = status.Type switch
            {
                FileType.Directory => TarEntryType.Directory,
                FileType.SymbolicLink => TarEntryType.SymbolicLink,
                FileType.CharacterDevice => TarEntryType.CharacterDevice,
                FileType.BlockDevice => TarEntryType.BlockDevice,
                FileType.Fifo => TarEntryType.Fifo,
                _ => TarEntryType.File,
            },
            Permissions = status.Permissions,
            Uid = status.Uid,
            Gid = status.Gid,
            Seconds = status.Seconds,
            Nanoseconds = status.Nanoseconds,
            Major = status.Major,
            Minor = status.Minor,
        };
        if (status.Type == FileType.SymbolicLink)
        {
            Errno errno = RawFiles.ReadLink(directory, name, out byte[] target);
            entry.Target = errno == Errno.None ? target : throw new LinuxException("readlink", TarEntry.Show(name), errno);
        }
        else if (status.Type == FileType.Regular)
        {
            entry.Size = entry.Length = status.Size;
        }

        foreach (byte[] key in ExtendedAttributes.List(directory, name))
        {
            if (OverlayAttributes.IsRedirection(key))
            {
                throw new BrigException(ErrorKind.Unsupported, $"{TarEntry.Show(name)}: overlayfs keeps its content elsewhere ({TarEntry.Show(key)}; mount with redirect_dir=off,metacopy=off)");
            }

            if (!OverlayAttributes.IsOwn(key) && ExtendedAttributes.Get(directory, name, key) is { } value)
            {
                entry.Attributes.Add(new TarAttribute(key, value));
            }
        }

        entry.Attributes.Sort((x, y) => x.Name.AsSpan().SequenceCompareTo(y.Name));
        return entry;
    }

    internal static void Check(Errno errno, string operation, TarEntry entry)
    {
        if (errno != Errno.None)
        {
            throw new LinuxException(operation, entry.ShownName, errno);
        }
    }

    private static void Check(Errno errno, TarEntry entry, TarAttribute attribute)
    {
        // A file system without such attributes, or a user namespace that may not set them: the file is whole without.
        if (errno is not (Errno.None or Errno.EOPNOTSUPP or Errno.EPERM))
        {
            throw new LinuxException($"set {TarEntry.Show(attribute.Name)} of", entry.ShownName, errno);
        }
    }
}
