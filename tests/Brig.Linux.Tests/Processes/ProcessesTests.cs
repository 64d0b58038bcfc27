using Microsoft.Win32.SafeHandles;

namespace Brig.Linux.Tests;

public sealed class ProcessesTests
{
    [Fact]
    public void A_spawned_program_has_its_descriptors_and_no_others()
    {
        (SafeFileHandle read, SafeFileHandle write) = Pipes.Create();
        using SafeFileHandle nothing = Files.Open("/dev/null", OpenFlags.O_RDWR);
        int pid = Processes.Spawn("/bin/sh", ["sh", "-c", "ls /proc/self/fd | tr '\\n' ' '; exit 7"], ["PATH=/usr/bin:/bin"], [nothing, write, nothing]);
        write.Dispose();
        byte[] said = Files.ReadAll(read);
        read.Dispose();
        Assert.Equal("0 1 2 3 ", System.Text.Encoding.ASCII.GetString(said)); // 3 is ls reading the folder
        Assert.Equal(7, Reap(pid));
    }

    [Fact]
    public void An_identity_is_alive_until_its_process_ends()
    {
        using SafeFileHandle nothing = Files.Open("/dev/null", OpenFlags.O_RDWR);
        int pid = Processes.Spawn("/bin/sleep", ["sleep", "100"], [], [nothing, nothing, nothing]);
        ProcessIdentity identity = ProcessIdentity.TryOf(pid)!.Value;
        Assert.True(identity.IsAlive);
        Assert.False((identity with { StartTime = identity.StartTime + 1 }).IsAlive);
        using SafeFileHandle process = Processes.TryOpen(pid)!;
        Assert.True(Processes.Signal(process, Signals.SIGKILL));
        Assert.Equal(137, Reap(pid));
        Assert.False(identity.IsAlive);
        Assert.False(Processes.Signal(process, Signals.SIGKILL));
    }

    [Theory]
    [InlineData("TERM", 15)]
    [InlineData("sigterm", 15)]
    [InlineData("9", 9)]
    [InlineData("RTMIN+3", 37)]
    [InlineData("SIGRTMAX-1", 63)]
    [InlineData("IOT", 6)]
    public void Signals_are_read_as_people_write_them(string text, int number) => Assert.Equal(number, Signals.Parse(text));

    [Theory]
    [InlineData("")]
    [InlineData("0")]
    [InlineData("65")]
    [InlineData("NOPE")]
    public void What_is_no_signal_is_refused(string text) => Assert.Throws<FormatException>(() => Signals.Parse(text));

    private static int Reap(int pid)
    {
        while (true)
        {
            if (Processes.TryReap(pid) is int code)
            {
                return code;
            }

            Thread.Sleep(5);
        }
    }
}
