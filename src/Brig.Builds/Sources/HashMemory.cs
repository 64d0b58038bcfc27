using System.Buffers.Binary;
using System.Text;
using Brig.Builds.Context;
using Brig.Linux;

namespace Brig.Builds.Sources;

/// <summary>
/// The hashes of a context's files from earlier builds, in one file, so that an unchanged rebuild reads no file again. An entry
/// counts while inode, size, mode and time of the file are what they were; a file that changed within two seconds before it was
/// hashed is not remembered, for its time may not tell of a change that came right after.
/// </summary>
internal sealed class HashMemory
{
    private const int SizeLimit = 256 << 20;
    private const long Settled = 2_000_000_000;
    private const int Fixed = 4 + 8 + 8 + 8 + 8 + 32;
    private static ReadOnlySpan<byte> Magic => "brig-hashes-2\n"u8;

    private readonly string _path;
    private readonly long _now;
    private readonly Dictionary<string, ContextNode> _fresh = [];
    private readonly Dictionary<string, int> _offsets = [];
    private readonly byte[] _content = [];

    internal HashMemory(string path, DateTimeOffset now)
    {
        (_path, _now) = (path, (now - DateTimeOffset.UnixEpoch).Ticks * 100);
        byte[]? content = TryRead(path);
        if (content is not null && content.AsSpan().StartsWith(Magic))
        {
            _content = content;
            Index();
        }
    }

    /// <summary>The hash that the file had when it looked like this; null where it is not known.</summary>
    internal byte[]? Find(string path, FileStatus status)
    {
        if (!_offsets.TryGetValue(path, out int at))
        {
            return null;
        }

        ReadOnlySpan<byte> entry = _content.AsSpan(at);
        bool same = BinaryPrimitives.ReadUInt64LittleEndian(entry) == status.Inode && BinaryPrimitives.ReadInt64LittleEndian(entry[8..]) == status.Size
            && BinaryPrimitives.ReadInt64LittleEndian(entry[16..]) == status.ModifiedNanoseconds && BinaryPrimitives.ReadInt64LittleEndian(entry[24..]) == status.ChangedNanoseconds;
        if (!same)
        {
            return null;
        }

        byte[] hash = entry.Slice(32, 32).ToArray();
        return hash;
    }

    /// <summary>Takes a file whose content was hashed.</summary>
    internal void Keep(ContextNode file)
    {
        if (Math.Max(file.Status.ModifiedNanoseconds, file.Status.ChangedNanoseconds) < _now - Settled)
        {
            lock (_fresh)
            {
                _fresh[file.Path] = file;
            }
        }
    }

    /// <summary>Writes what is new together with what was known. A failure costs only time later.</summary>
    internal void Save()
    {
        if (_fresh.Count == 0)
        {
            return;
        }

        List<KeyValuePair<string, int>> known = [.. _offsets.Where(entry => !_fresh.ContainsKey(entry.Key))];
        long size = Magic.Length + known.Concat(_fresh.Select(entry => KeyValuePair.Create(entry.Key, 0))).Sum(entry => Fixed + (long)Encoding.UTF8.GetByteCount(entry.Key));
        if (size > SizeLimit)
        {
            return;
        }

        byte[] whole = new byte[size];
        using MemoryStream output = new(whole);
        output.Write(Magic);
        foreach ((string path, int at) in known)
        {
            Write(output, path, _content.AsSpan(at, Fixed - 4));
        }

        Span<byte> entry = stackalloc byte[Fixed - 4];
        foreach ((string path, ContextNode file) in _fresh)
        {
            BinaryPrimitives.WriteUInt64LittleEndian(entry, file.Status.Inode);
            BinaryPrimitives.WriteInt64LittleEndian(entry[8..], file.Status.Size);
            BinaryPrimitives.WriteInt64LittleEndian(entry[16..], file.Status.ModifiedNanoseconds);
            BinaryPrimitives.WriteInt64LittleEndian(entry[24..], file.Status.ChangedNanoseconds);
            file.Content!.CopyTo(entry[32..]);
            Write(output, path, entry);
        }

        Files.MakeDirectories(Path.GetDirectoryName(_path)!, 0x1C0);
        Files.Replace(_path, whole, 0x180);
    }

    private static byte[]? TryRead(string path)
    {
        using Microsoft.Win32.SafeHandles.SafeFileHandle? file = Files.TryOpenAt(null, path, OpenFlags.O_RDONLY, 0, out _);
        if (file is null || Files.Stat(file) is not { Type: FileType.Regular, Size: <= SizeLimit } status)
        {
            return null;
        }

        byte[] content = GC.AllocateUninitializedArray<byte>((int)status.Size);
        int length = RandomAccess.Read(file, content, 0);
        return length == content.Length ? content : null;
    }

    private static void Write(MemoryStream output, string path, ReadOnlySpan<byte> entry)
    {
        Span<byte> length = stackalloc byte[4];
        byte[] name = Encoding.UTF8.GetBytes(path);
        BinaryPrimitives.WriteInt32LittleEndian(length, name.Length);
        output.Write(length);
        output.Write(entry);
        output.Write(name);
    }

    private void Index()
    {
        for (int at = Magic.Length; at + Fixed <= _content.Length;)
        {
            int length = BinaryPrimitives.ReadInt32LittleEndian(_content.AsSpan(at));
            if (length < 0 || at + Fixed + length > _content.Length)
            {
                return;
            }

            _offsets[Encoding.UTF8.GetString(_content, at + Fixed, length)] = at + 4;
            at += Fixed + length;
        }
    }
}
