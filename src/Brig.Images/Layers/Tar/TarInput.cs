namespace Brig.Images.Layers.Tar;

/// <summary>The reading end of a <see cref="BlockPipe"/>, in the steps that a tar reader takes. Nothing is copied but headers.</summary>
internal sealed class TarInput(BlockPipe pipe)
{
    private ReadOnlyMemory<byte> _rest;

    /// <summary>Up to <paramref name="most"/> bytes, valid until the next call; empty at the end of the stream.</summary>
    internal ReadOnlySpan<byte> Next(long most)
    {
        if (_rest.IsEmpty)
        {
            _rest = pipe.Take();
        }

        ReadOnlySpan<byte> piece = _rest.Span[..(int)Math.Min(most, _rest.Length)];
        _rest = _rest[piece.Length..];
        return piece;
    }

    /// <summary>False where the stream has ended; an end inside the block is an error.</summary>
    internal bool TryReadBlock(Span<byte> block)
    {
        ReadOnlySpan<byte> first = Next(block.Length);
        if (first.IsEmpty)
        {
            return false;
        }

        first.CopyTo(block);
        ReadExactly(block[first.Length..]);
        return true;
    }

    internal void ReadExactly(Span<byte> buffer)
    {
        while (buffer.Length > 0)
        {
            ReadOnlySpan<byte> piece = Next(buffer.Length);
            if (piece.IsEmpty)
            {
                throw TarReader.Truncated();
            }

            piece.CopyTo(buffer);
            buffer = buffer[piece.Length..];
        }
    }

    internal void Skip(long count)
    {
        while (count > 0)
        {
            int skipped = Next(count).Length;
            count -= skipped > 0 ? skipped : throw TarReader.Truncated();
        }
    }
}
