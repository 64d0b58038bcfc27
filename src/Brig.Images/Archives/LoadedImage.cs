using Brig.Oci;

namespace Brig.Images.Archives;

/// <summary>An image that was loaded, with the names that the archive gave it: "Loaded image: …" each, or "Loaded image ID: …" where there are none.</summary>
public sealed record LoadedImage(Image Image, IReadOnlyList<ImageReference> Tags);
