namespace Brig.EndToEnd.Support;

/// <summary>Programs of the machine.</summary>
public static class Host
{
    /// <summary>Runs a shell command; anything but success fails the test.</summary>
    public static string Shell(string command, double seconds = 300)
    {
        using RunningCommand shell = new("/bin/sh", ["-c", command]);
        shell.EndInput();
        Outcome outcome = shell.Wait(seconds);
        return outcome.ExitCode == 0 ? outcome.Line : throw new InvalidOperationException($"{command}: {outcome}");
    }

    /// <summary>Asks again until it holds or the time is over.</summary>
    public static bool Eventually(Func<bool> holds, double seconds = 90)
    {
        for (long end = Environment.TickCount64 + (long)(seconds * 1000); Environment.TickCount64 < end;)
        {
            if (holds())
            {
                return true;
            }

            Thread.Sleep(30);
        }

        return holds();
    }

    public static string Temporary(string suffix = "") => Path.Combine("/tmp", "brig-e2e-" + Guid.NewGuid().ToString("N")[..12] + suffix);
}
