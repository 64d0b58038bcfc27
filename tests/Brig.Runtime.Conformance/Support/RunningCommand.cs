using System.Diagnostics;

namespace Brig.Runtime.Conformance.Support;

/// <summary>
/// A program whose streams are files: a container that is created inherits them and lives on after the runtime has ended, so a
/// pipe would never be read to its end.
/// </summary>
public sealed class RunningCommand : IDisposable
{
    private readonly Process _process;
    private readonly string _words;
    private readonly string _files;

    /// <param name="words">The program and its arguments.</param>
    /// <param name="folder">Its working directory.</param>
    /// <param name="files">Where the output goes: this name with <c>.out</c> and <c>.err</c>.</param>
    /// <param name="input">Standard input.</param>
    /// <param name="prelude">Shell commands before the program replaces the shell, each ended by a semicolon.</param>
    public RunningCommand(IEnumerable<string> words, string folder, string files, string input = "/dev/null", string prelude = "")
    {
        _files = files;
        ProcessStartInfo start = new("/bin/sh", ["-c", $"{prelude} exec \"$@\" <'{input}' >'{files}.out' 2>'{files}.err'", "sh", .. words]) { WorkingDirectory = folder };

        // What a service manager gave this program is not meant for the runtimes.
        start.Environment.Remove("LISTEN_FDS");
        start.Environment.Remove("NOTIFY_SOCKET");
        _words = string.Join(' ', start.ArgumentList.Skip(3));
        _process = Process.Start(start)!;
    }

    public int Id => _process.Id;

    public bool HasExited => _process.HasExited;

    public string Output => Read(_files + ".out");

    public string Error => Read(_files + ".err");

    public void Kill() => _process.Kill();

    public Outcome Wait(double seconds = 60)
    {
        if (!_process.WaitForExit(TimeSpan.FromSeconds(seconds)))
        {
            Kill();
            throw new TimeoutException($"{_words} ran longer than {seconds} s\n--- out\n{Output}\n--- err\n{Error}");
        }

        return new(_process.ExitCode, Output, Error);
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

    private static string Read(string path) => File.Exists(path) ? File.ReadAllText(path) : "";
}
