using Brig.Oci;
using Brig.Oci.Images;

namespace Brig.Images.Indexes;

/// <summary>An index of images for several platforms, as it came or as it was built.</summary>
public sealed record StoredIndex(Digest Digest, string MediaType, ReadOnlyMemory<byte> Content)
{
    /// <summary>Parsed when first asked for.</summary>
    public IReadOnlyList<Descriptor> Manifests => field ??= ImageDocuments.ParseIndex(Content.Span).Manifests;

    /// <summary>Who has the images of it in the table of uses.</summary>
    internal string User => IndexTable.UserPrefix + Digest.Value;
}
