using System.Diagnostics;

namespace Brig.Networks.Tests;

/// <summary>Runs programs.</summary>
internal static class Shell
{
    internal static string Run(string program, params string[] arguments)
    {
        (int status, string output, string error) = Try(program, arguments);
        return status == 0 ? output : throw new InvalidOperationException($"{program} {string.Join(' ', arguments)}: {error}");
    }

    internal static (int Status, string Output, string Error) Try(string program, params string[] arguments)
    {
        using Process process = Start(program, arguments, redirect: true);
        Task<string> error = process.StandardError.ReadToEndAsync();
        string output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        return (process.ExitCode, output, error.Result);
    }

    internal static Process Start(string program, string[] arguments, bool redirect = false)
    {
        ProcessStartInfo start = new(program) { RedirectStandardOutput = redirect, RedirectStandardError = redirect, RedirectStandardInput = redirect };
        foreach (string argument in arguments)
        {
            start.ArgumentList.Add(argument);
        }

        return Process.Start(start)!;
    }
}
