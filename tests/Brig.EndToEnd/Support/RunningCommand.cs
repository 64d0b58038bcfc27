using System.Diagnostics;

namespace Brig.EndToEnd.Support;

/// <summary>A program that runs, its output collected; killed at the end of the test where it runs still.</summary>
public sealed class RunningCommand : IDisposable
{
    private readonly Process _process;
    private readonly Stopwatch _watch = Stopwatch.StartNew();
    private readonly MemoryStream _output = new();
    private readonly MemoryStream _error = new();
    private readonly Thread[] _reading;

    public RunningCommand(string program, IEnumerable<string> arguments, IReadOnlyDictionary<string, string>? environment = null)
    {
        ProcessStartInfo start = new(program, arguments) { RedirectStandardInput = true, RedirectStandardOutput = true, RedirectStandardError = true };
        foreach ((string name, string value) in environment ?? new Dictionary<string, string>())
        {
            start.Environment[name] = value;
        }

        _process = Process.Start(start)!;

        // Threads of their own: tests that start many programs at once keep the pool's busy.
        _reading = [Collect(_process.StandardOutput.BaseStream, _output), Collect(_process.StandardError.BaseStream, _error)];
    }

    public int Id => _process.Id;

    public bool HasExited => _process.HasExited;

    public Stream Input => _process.StandardInput.BaseStream;

    public string Output => Text(_output);

    public string Error => Text(_error);

    /// <summary>SIGKILL to the program alone.</summary>
    public void Kill() => _process.Kill();

    /// <summary>Closes the pipe itself: a program that has refused and gone already broke it.</summary>
    public void EndInput() => Input.Dispose();

    public Outcome Wait(double seconds = 120)
    {
        if (!_process.WaitForExit(TimeSpan.FromSeconds(seconds)))
        {
            Kill();
            throw new TimeoutException($"{_process.StartInfo.FileName} {string.Join(' ', _process.StartInfo.ArgumentList)} ran longer than {seconds} s\n--- out\n{Output}\n--- err\n{Error}");
        }

        TimeSpan took = _watch.Elapsed;

        // What it started may hold the pipes; what the test reads came before.
        foreach (Thread reading in _reading)
        {
            reading.Join(TimeSpan.FromSeconds(20));
        }

        lock (_output)
        {
            return new(_process.ExitCode, _output.ToArray(), Error, took);
        }
    }

    public void Dispose()
    {
        if (!_process.HasExited)
        {
            Kill();
            _process.WaitForExit();
        }

        _process.Dispose();
    }

    private static Thread Collect(Stream from, MemoryStream to)
    {
        Thread thread = new(() =>
        {
            byte[] piece = new byte[64 << 10];
            int got;
            while ((got = from.Read(piece)) > 0)
            {
                lock (to)
                {
                    to.Write(piece, 0, got);
                }
            }
        }) { IsBackground = true };
        thread.Start();
        return thread;
    }

    private static string Text(MemoryStream stream)
    {
        lock (stream)
        {
            return System.Text.Encoding.UTF8.GetString(stream.GetBuffer(), 0, (int)stream.Length);
        }
    }
}
