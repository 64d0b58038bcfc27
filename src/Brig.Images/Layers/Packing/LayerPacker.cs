using System.IO.Hashing;
using Brig.Images.Layers.Index;
using Brig.Images.Layers.Tar;
using Brig.Images.Layers.Unpacking;
using Brig.Linux;
using Brig.Oci;
using Microsoft.Win32.SafeHandles;

namespace Brig.Images.Layers.Packing;

/// <summary>
/// Writes a tree in overlayfs form as a layer's archive: each directory's names in the order of their bytes, hard links to the first
/// name in that order, whiteouts and opaque marks in the form of image-spec layer.md. Sockets are left out, as tar knows none.
/// </summary>
internal sealed class LayerPacker(Stream output, PackForm form, CancellationToken token)
{
    private readonly TarWriter _tar = new(output);
    private readonly Dictionary<ulong, byte[]> _linked = [];
    private readonly byte[] _buffer = new byte[1 << 17];
    private readonly XxHash3 _sum = new();

    /// <summary>Entries written so far.</summary>
    internal long Entries { get; private set; }

    /// <summary>Whether a path is to be left out with all that is below it; every path is in where nothing is said.</summary>
    internal Func<string, RawStatus, bool> IsLeftOut { get; init; } = (_, _) => false;

    /// <summary>What the files that were read hold.</summary>
    internal ContentSums Contents { get; } = new() { MayHaveAttributes = true };

    internal void Run(SafeFileHandle tree)
    {
        Errno errno = RawFiles.Stat(tree, [], out RawStatus status);
        Check(errno, "stat", "./"u8);
        TarEntry entry = EntryAttributes.Describe(tree, [(byte)'.', 0], status);
        entry.Name = "./"u8.ToArray();
        Write(entry);
        Pack(tree, [], 0);
        _tar.End();
        output.Flush();
    }

    /// <param name="path">Of the directory, with a closing slash; empty for the root.</param>
    private void Pack(SafeFileHandle directory, byte[] path, int depth)
    {
        if (depth > LayerPath.MostComponents)
        {
            throw BrigException.Invalid($"{TarEntry.Show(path)}: more than {LayerPath.MostComponents} directories deep");
        }

        OverlayDirectory marks = form == PackForm.Layer ? OverlayAttributes.FormOf(directory) : OverlayDirectory.Plain;
        if (marks == OverlayDirectory.Opaque)
        {
            WriteMarker(path, Whiteouts.Opaque[..^1]);
        }

        List<byte[]> names = Trees.Entries(directory);
        names.Sort((x, y) => x.AsSpan().SequenceCompareTo(y));
        foreach (byte[] name in names)
        {
            token.ThrowIfCancellationRequested();
            byte[] full = [.. path, .. name.AsSpan(0, name.Length - 1)];
            Check(RawFiles.Stat(directory, name, out RawStatus status), "stat", full);
            if (form == PackForm.Layer && Whiteouts.IsWhiteout(name))
            {
                throw BrigException.Invalid($"{TarEntry.Show(full)}: a layer cannot have a file of this name (names in .wh. mean what a layer hides)");
            }

            if (OverlayAttributes.IsWhiteout(directory, name, status, marks))
            {
                WriteMarker(path, [.. Whiteouts.Prefix, .. name.AsSpan(0, name.Length - 1)]);
            }
            else if (status.Type != FileType.Socket && !IsLeftOut(System.Text.Encoding.UTF8.GetString(full), status))
            {
                Pack(directory, name, full, status, depth);
            }
        }
    }

    private void Pack(SafeFileHandle parent, byte[] name, byte[] full, RawStatus status, int depth)
    {
        if (status is { Links: > 1, IsDirectory: false })
        {
            if (_linked.TryGetValue(status.Inode, out byte[]? first))
            {
                Write(new TarEntry
                {
                    Type = TarEntryType.HardLink,
                    Name = full,
                    Target = first,
                    Permissions = status.Permissions,
                    Uid = status.Uid,
                    Gid = status.Gid,
                    Seconds = status.Seconds,
                    Nanoseconds = status.Nanoseconds,
                });
                return;
            }

            _linked.Add(status.Inode, full);
        }

        TarEntry entry = EntryAttributes.Describe(parent, name, status);
        entry.Name = status.IsDirectory ? [.. full, (byte)'/'] : full;
        Write(entry);
        if (status.Type is FileType.Directory or FileType.Regular)
        {
            using SafeFileHandle opened = RawFiles.TryOpen(parent, name, OpenFlags.O_RDONLY, 0, out Errno errno) ?? throw new LinuxException("open", TarEntry.Show(full), errno);
            if (status.IsDirectory)
            {
                Pack(opened, entry.Name, depth + 1);
            }
            else
            {
                WriteContent(entry, opened, status.Inode);
            }
        }
    }

    private void WriteContent(TarEntry entry, SafeFileHandle file, ulong inode)
    {
        for (long left = entry.Size; left > 0;)
        {
            token.ThrowIfCancellationRequested();
            int got = Files.Read(file, _buffer.AsSpan(0, (int)Math.Min(left, _buffer.Length)));
            if (got <= 0)
            {
                throw BrigException.Conflict($"{entry.ShownName}: the file became shorter while it was read");
            }

            output.Write(_buffer, 0, got);
            _sum.Append(_buffer.AsSpan(0, got));
            left -= got;
        }

        _tar.Pad(entry.Size);
        Contents.Add(inode, _sum.GetCurrentHashAsUInt64());
        _sum.Reset();
    }

    private void WriteMarker(ReadOnlySpan<byte> path, ReadOnlySpan<byte> name) => Write(new TarEntry { Type = TarEntryType.File, Name = [.. path, .. name] });

    private void Write(TarEntry entry)
    {
        _tar.Header(entry);
        Entries++;
    }

    private static void Check(Errno errno, string operation, ReadOnlySpan<byte> path)
    {
        if (errno != Errno.None)
        {
            throw new LinuxException(operation, TarEntry.Show(path), errno);
        }
    }
}
