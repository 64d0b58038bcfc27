using Brig.Linux;

namespace Brig.Networks.Tests;

/// <summary>An event loop on a thread in a namespace, as a monitor has one.</summary>
internal sealed class LoopThread : IDisposable
{
    private readonly Thread _thread;
    private readonly Queue<Action> _work = new();
    private volatile bool _ends;
    private Exception? _failure;

    internal LoopThread(Namespace place)
    {
        _thread = new Thread(() => place.Run(Run)) { IsBackground = true };
        _thread.Start();
    }

    /// <summary>Does something on the thread, and gives what it made.</summary>
    internal T Do<T>(Func<EventLoop, T> work)
    {
        T result = default!;
        using ManualResetEventSlim done = new();
        Exception? failure = null;
        lock (_work)
        {
            _work.Enqueue(() =>
            {
                try
                {
                    result = work(Loop!);
                }
                catch (Exception error)
                {
                    failure = error;
                }

                done.Set();
            });
        }

        Assert.True(done.Wait(TimeSpan.FromSeconds(60)), _failure?.ToString());
        return failure is null ? result : throw failure;
    }

    private EventLoop? Loop { get; set; }

    public void Dispose()
    {
        _ends = true;
        _thread.Join();
        Assert.Null(_failure);
    }

    private void Run()
    {
        using EventLoop loop = Loop = new EventLoop();
        try
        {
            while (!_ends)
            {
                loop.RunOnce(TimeSpan.FromMilliseconds(10));
                lock (_work)
                {
                    while (_work.TryDequeue(out Action? work))
                    {
                        work();
                    }
                }
            }
        }
        catch (Exception error)
        {
            _failure = error;
        }
    }
}
