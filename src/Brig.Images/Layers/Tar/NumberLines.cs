namespace Brig.Images.Layers.Tar;

/// <summary>Decimal numbers, one a line, at the start of an entry's content.</summary>
internal sealed class NumberLines(TarReader reader, TarEntry entry)
{
    private readonly byte[] _block = new byte[TarFormat.Block];
    private int _at = TarFormat.Block;

    internal long Next()
    {
        long value = 0;
        for (int digits = 0; ; digits++)
        {
            if (_at == TarFormat.Block)
            {
                reader.ReadContent(_block, entry);
                _at = 0;
            }

            byte character = _block[_at++];
            if (character == '\n' && digits > 0)
            {
                return value;
            }

            if (character is < (byte)'0' or > (byte)'9' || digits == 18)
            {
                throw entry.Refuse("a damaged sparse map");
            }

            value = (value * 10) + character - '0';
        }
    }
}
