using System.IO.Hashing;
using Brig.Images.Layers.Unpacking;
using Brig.Linux;
using Microsoft.Win32.SafeHandles;

namespace Brig.Images.Layers.Index;

/// <summary>Walks a layer's tree in the order of the index and says what is there. Sockets are passed over, as no layer has any.</summary>
/// <param name="contents">Contents known already; null leaves files unread, their sums 0.</param>
/// <param name="found">Is given depth, name (without a NUL) and entry.</param>
internal sealed class TreeWalk(ContentSums? contents, IndexVisitor found, CancellationToken token)
{
    private static readonly ulong s_nothing = XxHash3.HashToUInt64([]);

    private readonly Dictionary<ulong, uint> _links = [];
    private readonly XxHash3 _hash = new();
    private readonly byte[] _buffer = new byte[1 << 17];
    private uint _found;

    /// <summary>Bytes of the regular files, each inode once.</summary>
    internal long Size { get; private set; }

    internal void Run(SafeFileHandle root)
    {
        Check(RawFiles.Stat(root, [], out RawStatus status), "stat", "/"u8);
        OverlayDirectory form = Form(root);
        Found(0, [], Describe(root, [(byte)'.', 0], status) with { IsOpaque = form == OverlayDirectory.Opaque });
        Walk(root, 1, form);
    }

    private void Walk(SafeFileHandle directory, int depth, OverlayDirectory form)
    {
        if (depth > LayerPath.MostComponents)
        {
            throw BrigException.Invalid($"more than {LayerPath.MostComponents} directories deep");
        }

        List<byte[]> names = Trees.Entries(directory);
        names.Sort((x, y) => x.AsSpan().SequenceCompareTo(y));
        foreach (byte[] name in names)
        {
            token.ThrowIfCancellationRequested();
            ReadOnlySpan<byte> shown = name.AsSpan(0, name.Length - 1);
            Check(RawFiles.Stat(directory, name, out RawStatus status), "stat", name);
            if (OverlayAttributes.IsWhiteout(directory, name, status, form))
            {
                Found(depth, shown, new IndexEntry { Kind = IndexKind.Whiteout });
            }
            else if (status.IsDirectory)
            {
                using SafeFileHandle inner = RawFiles.TryOpen(directory, name, OpenFlags.O_RDONLY | OpenFlags.O_DIRECTORY, 0, out Errno errno) ?? throw new LinuxException("open", Tar.TarEntry.Show(name), errno);
                OverlayDirectory innerForm = Form(inner);
                Found(depth, shown, Describe(directory, name, status) with { IsOpaque = innerForm == OverlayDirectory.Opaque });
                Walk(inner, depth + 1, innerForm);
            }
            else if (status.Type != FileType.Socket)
            {
                Found(depth, shown, Describe(directory, name, status));
            }
        }
    }

    private void Found(int depth, ReadOnlySpan<byte> name, IndexEntry entry)
    {
        _found++;
        found(depth, name, entry);
    }

    private OverlayDirectory Form(SafeFileHandle directory) =>
        contents is { MayHaveAttributes: false } ? OverlayDirectory.Plain : OverlayAttributes.FormOf(directory);

    private IndexEntry Describe(SafeFileHandle directory, byte[] name, RawStatus status)
    {
        IndexEntry entry = new()
        {
            Kind = status.Type switch
            {
                FileType.Directory => IndexKind.Directory,
                FileType.SymbolicLink => IndexKind.SymbolicLink,
                FileType.CharacterDevice => IndexKind.CharacterDevice,
                FileType.BlockDevice => IndexKind.BlockDevice,
                FileType.Fifo => IndexKind.Fifo,
                _ => IndexKind.File,
            },
            Permissions = status.Permissions,
            Uid = status.Uid,
            Gid = status.Gid,
            Seconds = status.Seconds,
            Nanoseconds = status.Nanoseconds,
            Attributes = contents is { MayHaveAttributes: false } ? 0 : Attributes(directory, name),
        };
        bool isFirst = true;
        if (status is { Links: > 1, IsDirectory: false })
        {
            // Other names may be outside the tree: only a second one inside it is a link.
            isFirst = _links.TryAdd(status.Inode, _found + 1);
            entry = isFirst ? entry : entry with { Link = _links[status.Inode] };
        }

        switch (entry.Kind)
        {
            case IndexKind.File:
                Size += isFirst ? status.Size : 0;
                return entry with { Size = status.Size, Content = contents is null ? 0 : ContentOf(directory, name, status) };
            case IndexKind.SymbolicLink:
                Check(RawFiles.ReadLink(directory, name, out byte[] target), "readlink", name);
                return entry with { Content = XxHash3.HashToUInt64(target) };
            case IndexKind.CharacterDevice or IndexKind.BlockDevice:
                return entry with { Major = status.Major, Minor = status.Minor };
            default:
                return entry;
        }
    }

    private ulong ContentOf(SafeFileHandle directory, byte[] name, RawStatus status)
    {
        if (status.Size == 0)
        {
            return s_nothing;
        }

        if (contents!.TryGet(status.Inode, out ulong known))
        {
            return known;
        }

        using SafeFileHandle file = RawFiles.TryOpen(directory, name, OpenFlags.O_RDONLY, 0, out Errno errno) ?? throw new LinuxException("open", Tar.TarEntry.Show(name), errno);
        while (Files.Read(file, _buffer) is > 0 and int got)
        {
            token.ThrowIfCancellationRequested();
            _hash.Append(_buffer.AsSpan(0, got));
        }

        ulong sum = _hash.GetCurrentHashAsUInt64();
        _hash.Reset();
        if (status.Links > 1)
        {
            contents.Add(status.Inode, sum);
        }

        return sum;
    }

    /// <summary>Of all but overlayfs's own and the label that the machine's policy gives by itself.</summary>
    private static ulong Attributes(SafeFileHandle directory, byte[] name)
    {
        List<byte[]> keys = ExtendedAttributes.List(directory, name);
        keys.RemoveAll(key => OverlayAttributes.IsOwn(key) || key.AsSpan().SequenceEqual("security.selinux\0"u8));
        if (keys.Count == 0)
        {
            return 0;
        }

        XxHash3 hash = new();
        keys.Sort((x, y) => x.AsSpan().SequenceCompareTo(y));
        foreach (byte[] key in keys)
        {
            byte[] value = ExtendedAttributes.Get(directory, name, key) ?? [];
            hash.Append(key);
            hash.Append(BitConverter.GetBytes(value.Length));
            hash.Append(value);
        }

        return hash.GetCurrentHashAsUInt64() is var sum and not 0 ? sum : 1;
    }

    private static void Check(Errno errno, string operation, ReadOnlySpan<byte> name)
    {
        if (errno != Errno.None)
        {
            throw new LinuxException(operation, Tar.TarEntry.Show(name), errno);
        }
    }
}
