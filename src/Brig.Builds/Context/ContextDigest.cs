using System.Buffers;
using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;
using Brig.Builds.Sources;
using Brig.Linux;
using Microsoft.Win32.SafeHandles;

namespace Brig.Builds.Context;

/// <summary>
/// The content hash of what a COPY takes: names, types, modes, bytes and link targets, but neither times nor owners (those of the
/// copies do not depend on them), nor the mode of a source directory itself (only its contents are copied).
/// </summary>
internal sealed class ContextDigest(BuildContext context, Owners owners)
{
    private const int BufferSize = 256 << 10;

    private readonly Dictionary<string, ContextNode> _known = [];

    /// <summary>Hashes of earlier builds; null for none.</summary>
    internal HashMemory? Memory { get; set; }

    /// <summary>Hashes what is not hashed yet, on all processors, and folds it.</summary>
    internal byte[] Of(ContextNode source, CancellationToken token)
    {
        List<ContextNode> files = [];
        Collect(source, files);
        if (files.Count > 0)
        {
            Parallel.ForEach(files, new ParallelOptions { CancellationToken = token, MaxDegreeOfParallelism = Environment.ProcessorCount }, file => file.Content = Hash(file));
            files.ForEach(Keep);
        }

        return Fold(source, isSource: true);
    }

    private void Keep(ContextNode file)
    {
        _known[file.Path] = file;
        Memory?.Keep(file);
    }

    private void Collect(ContextNode node, List<ContextNode> files)
    {
        if (node.Status.Type == FileType.Regular)
        {
            if (_known.TryGetValue(node.Path, out ContextNode? known) && known.Status == node.Status)
            {
                node.Content = known.Content;
            }
            else if (Memory?.Find(node.Path, node.Status) is { } remembered)
            {
                node.Content = remembered;
            }
            else
            {
                files.Add(node);
            }
        }

        foreach (ContextNode child in node.Children)
        {
            Collect(child, files);
        }
    }

    private byte[] Hash(ContextNode node)
    {
        using SafeFileHandle file = context.OpenFile(node);
        using IncrementalHash hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        byte[] buffer = ArrayPool<byte>.Shared.Rent(BufferSize);
        try
        {
            int got;
            while ((got = Files.Read(file, buffer)) > 0)
            {
                hash.AppendData(buffer, 0, got);
            }
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }

        return hash.GetHashAndReset();
    }

    private byte[] Fold(ContextNode node, bool isSource)
    {
        // One buffer a directory, and no hash object: there may be a hundred thousand files.
        ArrayBufferWriter<byte> text = new(node.Children.Count == 0 ? 128 : 64 * (node.Children.Count + 1));
        Span<byte> head = stackalloc byte[24];
        head.Clear();
        BinaryPrimitives.WriteUInt32LittleEndian(head, (uint)node.Status.Type);
        BinaryPrimitives.WriteUInt32LittleEndian(head[4..], (isSource && node.Status.IsDirectory) || node.Target is not null ? 0 : node.Status.Permissions);
        BinaryPrimitives.WriteUInt32LittleEndian(head[8..], node.Status.RdevMajor);
        BinaryPrimitives.WriteUInt32LittleEndian(head[12..], node.Status.RdevMinor);
        if (owners == Owners.Kept && !(isSource && node.Status.IsDirectory))
        {
            BinaryPrimitives.WriteUInt32LittleEndian(head[16..], node.Status.Uid);
            BinaryPrimitives.WriteUInt32LittleEndian(head[20..], node.Status.Gid);
        }

        text.Write(head);
        if (owners == Owners.Kept && node.Status.Type == FileType.Regular && context.Capability(node) is { } capability)
        {
            text.Write(capability);
        }

        text.Write(node.Content ?? Encoding.UTF8.GetBytes(node.Target ?? ""));
        foreach (ContextNode child in node.Children)
        {
            string name = child.Name;
            int length = Encoding.UTF8.GetByteCount(name);
            BinaryPrimitives.WriteInt32LittleEndian(text.GetSpan(4), length);
            text.Advance(4);
            Encoding.UTF8.GetBytes(name.AsSpan(), text);
            text.Write(Fold(child, isSource: false));
        }

        return SHA256.HashData(text.WrittenSpan);
    }
}
