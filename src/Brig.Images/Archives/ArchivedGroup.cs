using Brig.Oci;

namespace Brig.Images.Archives;

/// <summary>What an archive has under its names: one image or artifact, or several with the index that names them, first the one that the names mean where one is asked for.</summary>
internal sealed record ArchivedGroup(IReadOnlyList<ArchivedImage> Images, StoredManifest? Index, List<ImageReference> Tags)
{
    internal ArchivedImage Main => Images[0];
}
