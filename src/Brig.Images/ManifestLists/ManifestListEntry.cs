using Brig.Oci;
using Brig.Oci.Images;

namespace Brig.Images.ManifestLists;

/// <summary>An image in a manifest list that is being put together: where it lies, how the list speaks of it, and its manifest as it came.</summary>
public sealed record ManifestListEntry(ImageReference Image, Descriptor Descriptor, ReadOnlyMemory<byte> Content);
