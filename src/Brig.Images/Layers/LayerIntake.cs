using System.Runtime.ExceptionServices;
using System.Security.Cryptography;
using Brig.Images.Layers.Index;
using Brig.Images.Layers.Tar;
using Brig.Images.Layers.Unpacking;
using Brig.Linux;
using Brig.Oci;
using Microsoft.Win32.SafeHandles;

namespace Brig.Images.Layers;

/// <summary>
/// Unpacks an archive into a directory, writes that one's index and gives the archive's digest. Two threads share the work: the caller's reads and hashes,
/// a second one writes files under a umask of its own.
/// </summary>
internal sealed class LayerIntake(Stream tar, SafeFileHandle target, SafeFileHandle index, Func<IReadOnlyList<string>> lowers, CancellationToken token)
{
    private ExceptionDispatchInfo? _failure;
    private LayerRecord? _record;

    internal (DiffId DiffId, LayerRecord Record) Run()
    {
        using BlockPipe pipe = new();
        Thread writer = new(() => Unpack(pipe), 1 << 20) { Name = "unpack", IsBackground = true };
        writer.Start();
        using IncrementalHash hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        bool whole = false;
        try
        {
            whole = Feed(pipe, hash);
        }
        finally
        {
            if (whole)
            {
                pipe.End();
            }
            else
            {
                pipe.Break();
            }

            writer.Join();
        }

        _failure?.Throw();
        return (new DiffId(Digest.FromSha256(hash.GetHashAndReset())), _record!);
    }

    /// <summary>Hands the whole stream on; false where the other thread stopped.</summary>
    private bool Feed(BlockPipe pipe, IncrementalHash hash)
    {
        // Small enough that a slow stream is not held back, large enough that handing over costs nothing.
        const int least = 1 << 16;
        while (pipe.Rent() is { } block)
        {
            token.ThrowIfCancellationRequested();
            int length = tar.ReadAtLeast(block, least, throwOnEndOfStream: false);
            hash.AppendData(block, 0, length);
            if (length > 0)
            {
                pipe.Give(block, length);
            }

            if (length < least)
            {
                return true;
            }
        }

        return false;
    }

    private void Unpack(BlockPipe pipe)
    {
        try
        {
            ThreadUmask.Clear();
            TarInput input = new(pipe);
            using LayerUnpacker unpacker = new(new TarReader(input), target, lowers);
            unpacker.Run(token);
            while (!input.Next(long.MaxValue).IsEmpty)
            {
                // What follows the end mark means nothing, but is part of the digest.
            }

            _record = new LayerRecord(LayerIndex.Write(target, index, unpacker.Contents, token), unpacker.Entries, Reproducible: false);
        }
#pragma warning disable CA1031 // not swallowed: thrown again on the caller's thread
        catch (Exception failure)
#pragma warning restore CA1031
        {
            _failure = ExceptionDispatchInfo.Capture(failure);
            pipe.Stop();
        }
    }
}
