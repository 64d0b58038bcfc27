using Brig.Oci;

namespace Brig.Images.Archives;

/// <summary>An image in an archive. <paramref name="Layers"/> are names of files, lowest first; <paramref name="Manifest"/> is set where the archive has it as an OCI layout.</summary>
internal sealed record ArchivedImage(byte[] Config, IReadOnlyList<string> Layers, List<ImageReference> Tags, StoredManifest? Manifest);
