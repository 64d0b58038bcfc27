using System.Runtime.InteropServices;
using System.Security.Cryptography;
using System.Text;
using Brig.Linux;
using Microsoft.Win32.SafeHandles;

namespace Brig.Images.Tests.Comparison;

/// <summary>
/// Everything that can be told of the files below a directory, one line a path, for comparing two trees: type, mode, owner, time, target,
/// device number, size, content, extended attributes, names of the same inode. What is in holes is told apart from what is not.
/// </summary>
internal sealed partial class TreeListing
{
    private readonly Dictionary<ulong, string> _first = [];
    private readonly SortedDictionary<string, string> _lines = new(StringComparer.Ordinal);
    private readonly Dictionary<string, long> _data = [];

    /// <summary>By path.</summary>
    internal IReadOnlyDictionary<string, string> Lines => _lines;

    /// <summary>Bytes of each file that are no holes.</summary>
    internal IReadOnlyDictionary<string, long> Data => _data;

    internal static TreeListing Of(string directory)
    {
        using SafeFileHandle root = Files.Open(directory, OpenFlags.O_RDONLY | OpenFlags.O_DIRECTORY);
        return Of(root);
    }

    /// <param name="view">A directory, a mount's root too.</param>
    internal static TreeListing Of(SafeFileHandle view)
    {
        using SafeFileHandle root = Files.OpenAt(view, ".", OpenFlags.O_RDONLY | OpenFlags.O_DIRECTORY);
        TreeListing listing = new();
        listing.Add(root, [(byte)'.', 0], "/");
        listing.Walk(root, "");
        return listing;
    }

    /// <summary>What differs, one line each, at most thirty; empty where nothing does.</summary>
    internal string Differences(TreeListing other, string ours, string theirs) => string.Join('\n', _lines.Keys.Union(other._lines.Keys).Order(StringComparer.Ordinal)
        .Select(path => (Path: path, Ours: _lines.GetValueOrDefault(path, "nothing"), Theirs: other._lines.GetValueOrDefault(path, "nothing")))
        .Where(pair => pair.Ours != pair.Theirs).Take(30).Select(pair => $"{pair.Path}\n  {ours}: {pair.Ours}\n  {theirs}: {pair.Theirs}"));

    private void Walk(SafeFileHandle directory, string path)
    {
        // In one order on both sides, so that the first name of an inode is the same one.
        foreach (byte[] name in Brig.Linux.Trees.Entries(directory).OrderBy(name => Encoding.Latin1.GetString(name), StringComparer.Ordinal))
        {
            string full = $"{path}/{Encoding.Latin1.GetString(name.AsSpan(0, name.Length - 1))}";
            if (Add(directory, name, full))
            {
                using SafeFileHandle inner = RawFiles.TryOpen(directory, name, OpenFlags.O_RDONLY | OpenFlags.O_DIRECTORY, 0, out _)!;
                Walk(inner, full);
            }
        }
    }

    private bool Add(SafeFileHandle directory, byte[] name, string path)
    {
        Assert.Equal(Errno.None, RawFiles.Stat(directory, name, out RawStatus status));
        StringBuilder line = new($"{status.Type} {Convert.ToString(status.Permissions, 8)} {status.Uid}:{status.Gid} {status.Seconds}.{status.Nanoseconds:D9}");
        switch (status.Type)
        {
            case FileType.SymbolicLink:
                RawFiles.ReadLink(directory, name, out byte[] target);
                line.Append(" -> ").Append(Encoding.Latin1.GetString(target));
                break;
            case FileType.CharacterDevice or FileType.BlockDevice:
                line.Append($" {status.Major}:{status.Minor}");
                break;
            case FileType.Regular:
                using (SafeFileHandle file = RawFiles.TryOpen(directory, name, OpenFlags.O_RDONLY, 0, out _)!)
                {
                    using FileStream content = new(file, FileAccess.Read, bufferSize: 0);
                    line.Append($" {status.Size} {Convert.ToHexStringLower(SHA256.HashData(content))}");
                    _data[path] = DataOf(file, status.Size);
                }

                break;
        }

        if (status is { Links: > 1, IsDirectory: false })
        {
            line.Append(" = ").Append(_first.TryGetValue(status.Inode, out string? first) ? first : _first[status.Inode] = path);
        }

        foreach (byte[] key in ExtendedAttributes.List(directory, name).OrderBy(key => Encoding.Latin1.GetString(key), StringComparer.Ordinal))
        {
            string shown = Encoding.Latin1.GetString(key).TrimEnd('\0');
            if (!shown.Contains(".overlay.", StringComparison.Ordinal) && !shown.StartsWith("user.containers.", StringComparison.Ordinal))
            {
                line.Append($" {shown}={Convert.ToHexStringLower(ExtendedAttributes.Get(directory, name, key)!)}");
            }
        }

        _lines[path] = line.ToString();
        return status.IsDirectory;
    }

    private static long DataOf(SafeFileHandle file, long size)
    {
        const int SEEK_DATA = 3, SEEK_HOLE = 4;
        long sum = 0;
        for (long at = 0; at < size && Lseek(Files.Number(file), at, SEEK_DATA) is >= 0 and long start;)
        {
            at = Lseek(Files.Number(file), start, SEEK_HOLE);
            sum += at - start;
        }

        return sum;
    }

    [LibraryImport("libc", EntryPoint = "lseek", SetLastError = true)]
    private static partial long Lseek(int file, long offset, int whence);
}
