namespace Brig.Images.Layers.Tar;

/// <summary>An extended attribute. The name ends in a NUL, as the kernel takes it.</summary>
internal readonly record struct TarAttribute(byte[] Name, byte[] Value);
