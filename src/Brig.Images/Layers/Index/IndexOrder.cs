namespace Brig.Images.Layers.Index;

/// <summary>The order of paths in an index: component by component, so that a slash comes before every other byte.</summary>
internal static class IndexOrder
{
    internal static int Compare(ReadOnlySpan<byte> x, ReadOnlySpan<byte> y)
    {
        int same = x.CommonPrefixLength(y);
        return same == x.Length || same == y.Length ? x.Length - y.Length : Weight(x[same]) - Weight(y[same]);

        static int Weight(byte value) => value == '/' ? 0 : value;
    }
}
