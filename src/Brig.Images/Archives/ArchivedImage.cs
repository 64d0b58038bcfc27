using Brig.Oci;

namespace Brig.Images.Archives;

/// <summary>
/// An image in an archive, or an artifact (without <paramref name="Config"/>, its configuration among the <paramref name="Layers"/>).
/// <paramref name="Layers"/> are names of files, lowest first; <paramref name="Manifest"/> is set where the archive has it as an OCI layout.
/// </summary>
internal sealed record ArchivedImage(byte[]? Config, IReadOnlyList<string> Layers, StoredManifest? Manifest);
