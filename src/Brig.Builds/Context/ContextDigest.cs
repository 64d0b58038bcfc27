using System.Buffers;
using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;
using Brig.Linux;
using Microsoft.Win32.SafeHandles;

namespace Brig.Builds.Context;

/// <summary>
/// The content hash of what a COPY takes: names, types, modes, bytes and link targets, but neither times nor owners (those of the
/// copies do not depend on them), nor the mode of a source directory itself (only its contents are copied).
/// </summary>
internal sealed class ContextDigest(BuildContext context)
{
    private const int BufferSize = 256 << 10;

    private readonly Dictionary<string, (FileStatus Status, byte[] Content)> _known = [];

    /// <summary>Hashes what is not hashed yet, on all processors, and folds it.</summary>
    internal byte[] Of(ContextNode source, CancellationToken token)
    {
        List<ContextNode> files = [];
        Collect(source, files);
        if (files.Count > 0)
        {
            Parallel.ForEach(files, new ParallelOptions { CancellationToken = token, MaxDegreeOfParallelism = Environment.ProcessorCount }, file => file.Content = Hash(file));
            files.ForEach(file => _known[file.Path] = (file.Status, file.Content!));
        }

        return Fold(source, isSource: true);
    }

    private void Collect(ContextNode node, List<ContextNode> files)
    {
        if (node.Status.Type == FileType.Regular)
        {
            if (_known.TryGetValue(node.Path, out (FileStatus Status, byte[] Content) known) && known.Status == node.Status)
            {
                node.Content = known.Content;
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

    private static byte[] Fold(ContextNode node, bool isSource)
    {
        using IncrementalHash hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        Span<byte> head = stackalloc byte[16];
        BinaryPrimitives.WriteUInt32LittleEndian(head, (uint)node.Status.Type);
        BinaryPrimitives.WriteUInt32LittleEndian(head[4..], isSource && node.Status.IsDirectory || node.Target is not null ? 0 : node.Status.Permissions);
        BinaryPrimitives.WriteUInt32LittleEndian(head[8..], node.Status.RdevMajor);
        BinaryPrimitives.WriteUInt32LittleEndian(head[12..], node.Status.RdevMinor);
        hash.AppendData(head);
        hash.AppendData(node.Content ?? Encoding.UTF8.GetBytes(node.Target ?? ""));
        foreach (ContextNode child in node.Children)
        {
            byte[] name = Encoding.UTF8.GetBytes(child.Name);
            BinaryPrimitives.WriteInt32LittleEndian(head, name.Length);
            hash.AppendData(head[..4]);
            hash.AppendData(name);
            hash.AppendData(Fold(child, isSource: false));
        }

        return hash.GetHashAndReset();
    }
}
