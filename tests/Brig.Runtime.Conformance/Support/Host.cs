namespace Brig.Runtime.Conformance.Support;

/// <summary>Programs and facts of the machine.</summary>
public static class Host
{
    private static int s_names;

    /// <summary>Where everything of this run is made; no other run's path begins with it.</summary>
    public static string Folder { get; } = Directory.CreateDirectory($"/tmp/brig-conformance-{Environment.ProcessId}").FullName;

    /// <summary>True where cgroup v2 is the only hierarchy.</summary>
    public static bool IsUnified { get; } = File.Exists("/sys/fs/cgroup/cgroup.controllers");

    public static string NewName(string word) => $"{word}-{Environment.ProcessId}-{Interlocked.Increment(ref s_names)}";

    /// <summary>Runs a shell command; anything but success fails the test.</summary>
    public static string Shell(string command, double seconds = 60)
    {
        Outcome outcome = Try(command, seconds);
        return outcome.ExitCode == 0 ? outcome.Line : throw new InvalidOperationException($"{command}: {outcome}");
    }

    public static Outcome Try(string command, double seconds = 60)
    {
        string files = Path.Combine(Folder, NewName("shell"));
        using RunningCommand shell = new(["/bin/sh", "-c", command], "/", files);
        return shell.Wait(seconds);
    }

    /// <summary>Asks again until it holds; a machine under load may take long, so the limit is generous.</summary>
    public static void Until(Func<bool> holds, string what, double seconds = 40) => Until(holds, () => what, seconds);

    /// <param name="what">What is waited for, told when it did not come: with what is to be seen then.</param>
    public static void Until(Func<bool> holds, Func<string> what, double seconds = 40)
    {
        for (long end = Environment.TickCount64 + (long)(seconds * 1000); !holds();)
        {
            if (Environment.TickCount64 >= end)
            {
                Assert.Fail($"after {seconds} s still not: {what()}");
            }

            Thread.Sleep(10);
        }
    }

    /// <summary>The file of a program on PATH, or the path itself.</summary>
    public static string Find(string program) => program.Contains('/', StringComparison.Ordinal) ? program : Shell($"command -v {program}");

    public static bool Has(string program) => (Environment.GetEnvironmentVariable("PATH") ?? "/usr/bin:/bin").Split(':').Any(folder => File.Exists(Path.Combine(folder, program)));
}
