namespace Brig.Images.Layers.Unpacking;

/// <summary>The names by which a layer's archive says what it hides (image-spec layer.md#whiteouts).</summary>
internal static class Whiteouts
{
    internal static ReadOnlySpan<byte> Prefix => ".wh."u8;

    /// <summary>Prefix of the names that aufs kept for itself; all but <see cref="Opaque"/> mean nothing.</summary>
    internal static ReadOnlySpan<byte> Reserved => ".wh..wh."u8;

    internal static ReadOnlySpan<byte> Opaque => ".wh..wh..opq\0"u8;

    internal static bool IsOpaque(ReadOnlySpan<byte> name) => name.SequenceEqual(Opaque);

    internal static bool IsReserved(ReadOnlySpan<byte> name) => name.StartsWith(Reserved) && !IsOpaque(name);

    internal static bool IsWhiteout(ReadOnlySpan<byte> name) => name.StartsWith(Prefix);
}
