using Brig.Oci.Images;
using Microsoft.Win32.SafeHandles;

namespace Brig.Images.Bundles;

/// <summary>A blob of a bundle: a file of the store, or a document.</summary>
internal sealed record BundleBlob(Descriptor Descriptor, ReadOnlyMemory<byte>? Content, SafeFileHandle? File)
{
    internal Stream Open(long start, long length, Action<long>? moved = null) => File is not null
        ? new Content.FileSlice(File, start, length, moved)
        : new MemoryStream(Content!.Value.ToArray(), (int)start, (int)length, writable: false); // a document is sent at once: nothing to tell
}
