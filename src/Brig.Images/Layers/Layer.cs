using Brig.Oci;

namespace Brig.Images.Layers;

/// <summary>An unpacked layer in the store. <paramref name="Size"/> is the sum of its regular files' bytes.</summary>
public sealed record Layer(DiffId DiffId, long Size);
