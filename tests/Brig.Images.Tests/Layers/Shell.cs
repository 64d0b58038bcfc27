using System.Diagnostics;

namespace Brig.Images.Tests.Layers;

/// <summary>Runs the system's own programs, to compare with.</summary>
internal static class Shell
{
    internal static string Run(string script, string directory)
    {
        ProcessStartInfo start = new("/bin/bash", ["-c", "set -e; umask 022; " + script]) { WorkingDirectory = directory, RedirectStandardOutput = true, RedirectStandardError = true };
        using Process process = Process.Start(start)!;
        Task<string> errors = process.StandardError.ReadToEndAsync();
        string output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        return process.ExitCode == 0 ? output : throw new InvalidOperationException($"{script}: {errors.GetAwaiter().GetResult()}");
    }
}
