using System.IO.Compression;
using Brig.Linux;
using Microsoft.Win32.SafeHandles;
using ZstdSharp;

namespace Brig.Builds.Sources;

/// <summary>Tells archives by their content, whatever they are called, and opens them: tar plain or in gzip, bzip2, xz or zstd.</summary>
internal static class ArchiveFile
{
    private const int Block = 512;

    /// <summary>The tar in the file; null where it is no archive. The file is read from its beginning, and stays the caller's.</summary>
    internal static Stream? TryOpen(SafeFileHandle file)
    {
        using (Stream? content = Decompressed(file))
        {
            byte[] header = new byte[Block];
            try
            {
                if (content is null || content.ReadAtLeast(header, Block, throwOnEndOfStream: false) < Block || !IsTarHeader(header))
                {
                    return null;
                }
            }
            catch (Exception error) when (error is InvalidDataException or ZstdException or BrigException { Kind: ErrorKind.InvalidArgument })
            {
                return null;
            }
        }

        return Decompressed(file);
    }

    /// <summary>The checksum of the header is what makes it one (POSIX.1-1988 ustar, "chksum").</summary>
    internal static bool IsTarHeader(ReadOnlySpan<byte> header)
    {
        long sum = 0, written = 0;
        for (int i = 0; i < Block; i++)
        {
            sum += i is >= 148 and < 156 ? ' ' : header[i];
        }

        bool any = false;
        foreach (byte digit in header[148..156])
        {
            if (digit is >= (byte)'0' and <= (byte)'7')
            {
                (written, any) = ((written * 8) + digit - '0', true);
            }
            else if (any)
            {
                break;
            }
        }

        return any && sum == written;
    }

    private static Stream? Decompressed(SafeFileHandle file)
    {
        Span<byte> magic = stackalloc byte[6];
        int length = RandomAccess.Read(file, magic, 0);
        ReadOnlySpan<byte> start = magic[..length];
        SafeFileHandle own = Files.Open($"/proc/self/fd/{Files.Number(file)}", OpenFlags.O_RDONLY);
        FileStream stream = new(own, FileAccess.Read, 64 << 10);
        switch (start)
        {
            case [0x1f, 0x8b, ..]:
                return new GZipStream(stream, CompressionMode.Decompress);
            case [0x28, 0xb5, 0x2f, 0xfd, ..]:
                return new DecompressionStream(stream, leaveOpen: false);
            case [(byte)'B', (byte)'Z', (byte)'h', ..]:
                stream.Dispose();
                return Filter(file, "bzip2");
            case [0xfd, (byte)'7', (byte)'z', (byte)'X', (byte)'Z', 0]:
                stream.Dispose();
                return Filter(file, "xz");
            default:
                return stream;
        }
    }

    private static Stream Filter(SafeFileHandle file, string program)
    {
        using SafeFileHandle own = Files.Open($"/proc/self/fd/{Files.Number(file)}", OpenFlags.O_RDONLY);
        return SystemProgram.Filter(SystemProgram.Find(program, $"an archive in {program}"), [program, "-dc"], own);
    }
}
