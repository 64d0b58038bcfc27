using Brig.Linux;
using Microsoft.Win32.SafeHandles;

namespace Brig.Images.Content;

/// <summary>
/// A file that one thread writes while others read it from the beginning: the page cache is the buffer between them,
/// so the writer never waits for a reader and memory stays small. Readers see the end only after <see cref="Complete"/>.
/// </summary>
internal sealed class GrowingFile(SafeFileHandle file) : IDisposable
{
    private readonly object _moved = new();
    private long _length;
    private bool _complete;
    private Exception? _failure;

    internal SafeFileHandle Handle => file;

    internal long Length => Volatile.Read(ref _length);

    internal void Append(ReadOnlySpan<byte> bytes)
    {
        Files.WriteAll(file, bytes);
        lock (_moved)
        {
            _length += bytes.Length;
            Monitor.PulseAll(_moved);
        }
    }

    /// <summary>A file that is whole already.</summary>
    internal static GrowingFile Whole(SafeFileHandle file) => new(file) { _length = Files.Stat(file).Size, _complete = true };

    /// <summary>A file that an earlier pull may have left: goes on behind what it has.</summary>
    internal static GrowingFile Partial(SafeFileHandle file) => new(file) { _length = Files.Stat(file).Size, IsNamed = true };

    /// <summary>Whether the file has a name already, under which it stays if nobody finishes it.</summary>
    internal bool IsNamed { get; private init; }

    internal bool IsComplete => Volatile.Read(ref _complete);

    /// <summary>Nothing follows, and what is there is right.</summary>
    internal void Complete()
    {
        lock (_moved)
        {
            _complete = true;
            Monitor.PulseAll(_moved);
        }
    }

    /// <summary>Readers get this exception from here on.</summary>
    internal void Fail(Exception failure)
    {
        lock (_moved)
        {
            _failure ??= failure;
            Monitor.PulseAll(_moved);
        }
    }

    /// <summary>A reader of its own from the beginning; several may be at work. Its reads block until there is something.</summary>
    internal Stream OpenRead(Action<long>? progress = null) => new FileSlice(file, 0, WaitFor, progress);

    public void Dispose() => file.Dispose();

    /// <summary>Waits until the file is longer than <paramref name="position"/> or complete; gives its length.</summary>
    private long WaitFor(long position)
    {
        lock (_moved)
        {
            while (_length <= position && !_complete && _failure is null)
            {
                Monitor.Wait(_moved);
            }

            return _failure is null ? _length : throw new IOException(_failure.Message, _failure);
        }
    }
}
