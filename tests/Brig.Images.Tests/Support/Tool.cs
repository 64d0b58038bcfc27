using System.Diagnostics;

namespace Brig.Images.Tests.Support;

/// <summary>A program of the distribution that tests compare with.</summary>
internal static class Tool
{
    internal static string Run(string program, params string[] args)
    {
        ProcessStartInfo start = new(program, args) { RedirectStandardOutput = true, RedirectStandardError = true };
        using Process process = Process.Start(start)!;
        Task<string> errors = process.StandardError.ReadToEndAsync();
        string output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        return process.ExitCode == 0 ? output : throw new InvalidOperationException($"{program} {string.Join(' ', args)}: {errors.Result}");
    }
}
