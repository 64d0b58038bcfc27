using System.Buffers;

namespace Brig.Images.Layers.Tar;

/// <summary>
/// Hands blocks from one thread to another: two to four pooled buffers go round. Either end may give up; the other then stops,
/// the giver because <see cref="Rent"/> returns null, the taker because <see cref="Take"/> throws.
/// </summary>
internal sealed class BlockPipe : IDisposable
{
    private const int BlockSize = 1 << 19;
    private const int Blocks = 4;

    private readonly Lock _gate = new();
    private readonly SemaphoreSlim _free = new(Blocks);
    private readonly SemaphoreSlim _full = new(0);
    private readonly Queue<ArraySegment<byte>> _queue = new();
    private readonly Stack<byte[]> _spare = new();
    private byte[]? _taken;
    private bool _closed;
    private bool _broken;

    /// <summary>A buffer to fill; null when the taker has stopped.</summary>
    internal byte[]? Rent()
    {
        _free.Wait();
        lock (_gate)
        {
            return _closed ? null : _spare.TryPop(out byte[]? spare) ? spare : ArrayPool<byte>.Shared.Rent(BlockSize);
        }
    }

    internal void Give(byte[] block, int length)
    {
        lock (_gate)
        {
            _queue.Enqueue(new ArraySegment<byte>(block, 0, length));
        }

        _full.Release();
    }

    /// <summary>No more will come: the taker gets what is queued, then the end.</summary>
    internal void End() => _full.Release();

    /// <summary>The giver failed: the taker must not take what it has for the whole.</summary>
    internal void Break()
    {
        lock (_gate)
        {
            _broken = true;
        }

        _full.Release();
    }

    /// <summary>The next block, valid until the next call; empty at the end.</summary>
    internal ReadOnlyMemory<byte> Take()
    {
        Recycle();
        _full.Wait();
        lock (_gate)
        {
            if (_broken)
            {
                throw new OperationCanceledException();
            }

            if (!_queue.TryDequeue(out ArraySegment<byte> block))
            {
                _full.Release(); // it stays at its end
                return default;
            }

            _taken = block.Array;
            return block;
        }
    }

    /// <summary>The taker stops: the giver learns it at its next <see cref="Rent"/>.</summary>
    internal void Stop()
    {
        lock (_gate)
        {
            _closed = true;
        }

        _free.Release(2);
    }

    /// <summary>Once both ends have stopped.</summary>
    public void Dispose()
    {
        Recycle();
        foreach (byte[] buffer in _spare.Concat(_queue.Select(block => block.Array!)))
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }

        _free.Dispose();
        _full.Dispose();
    }

    private void Recycle()
    {
        if (_taken is not null)
        {
            lock (_gate)
            {
                _spare.Push(_taken);
            }

            _taken = null;
            _free.Release();
        }
    }
}
