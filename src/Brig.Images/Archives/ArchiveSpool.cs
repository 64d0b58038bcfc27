using Brig.Images.Content;
using Brig.Linux;
using Microsoft.Win32.SafeHandles;

namespace Brig.Images.Archives;

/// <summary>An archive as an uncompressed file that can be read anywhere: the input itself where it is one, else an unnamed copy.</summary>
internal sealed class ArchiveSpool : IDisposable
{
    private readonly bool _owned;

    private ArchiveSpool(SafeFileHandle file, long start, bool owned) => (File, Start, _owned) = (file, start, owned);

    internal SafeFileHandle File { get; }

    internal long Start { get; }

    internal static ArchiveSpool Open(Stream input, BlobStore blobs, CancellationToken token)
    {
        if (input is FileStream { CanSeek: true } seekable)
        {
            long start = seekable.Position;
            byte[] magic = new byte[262];
            bool isTar = seekable.ReadAtLeast(magic, magic.Length, throwOnEndOfStream: false) == magic.Length && magic.AsSpan(257, 5).SequenceEqual("ustar"u8);
            seekable.Position = start;
            if (isTar)
            {
                return new ArchiveSpool(seekable.SafeFileHandle, start, owned: false);
            }
        }

        SafeFileHandle file = blobs.Create();
        try
        {
            Stream content = Compression.Open(input);
            byte[] buffer = new byte[256 << 10];
            while (content.Read(buffer) is var got and > 0)
            {
                token.ThrowIfCancellationRequested();
                Files.WriteAll(file, buffer.AsSpan(0, got));
            }

            return new ArchiveSpool(file, 0, owned: true);
        }
        catch
        {
            file.Dispose();
            throw;
        }
    }

    public void Dispose()
    {
        if (_owned)
        {
            File.Dispose();
        }
    }
}
