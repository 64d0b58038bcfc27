using System.Security.Cryptography;
using Brig.EndToEnd.Support;

namespace Brig.EndToEnd.Run;

/// <summary>Standard input, output and error of a foreground container.</summary>
public sealed class StreamTests(EngineRoot brig) : IClassFixture<EngineRoot>
{
    [Fact]
    public void Output_and_error_stay_apart()
    {
        Outcome outcome = brig.Run("echo out; echo err >&2");
        Assert.Equal("out\n", outcome.Output);
        Assert.Equal("err\n", outcome.Error);
    }

    [Fact]
    public void Output_without_a_newline_and_bytes_that_are_no_text_come_through()
    {
        Outcome outcome = brig.Run("printf '\\377\\000\\376end'");
        Assert.Equal([0xFF, 0, 0xFE, (byte)'e', (byte)'n', (byte)'d'], outcome.Bytes);
    }

    [Fact]
    public void A_hundred_megabytes_of_output_are_complete()
    {
        using RunningCommand run = brig.Start("run", "--rm", "--network", "none", BaseImage.Name, "sh", "-c", "head -c 100000000 /dev/zero; echo end");
        Outcome outcome = run.Wait(300);
        Assert.Equal(0, outcome.ExitCode);
        Assert.Equal(100_000_004, outcome.Bytes.Length);
        Assert.Equal("end\n"u8, outcome.Bytes.AsSpan(100_000_000));
    }

    [Fact]
    public void Fifty_megabytes_of_input_go_through_cat_unchanged()
    {
        byte[] input = new byte[50_000_000];
        new Random(1).NextBytes(input);
        using RunningCommand run = brig.Start("run", "--rm", "-i", "--network", "none", BaseImage.Name, "sh", "-c", "cat | sha256sum");
        run.Input.Write(input);
        run.EndInput();
        Outcome outcome = run.Wait(300);
        Assert.Equal(0, outcome.ExitCode);
        Assert.Equal(Convert.ToHexStringLower(SHA256.HashData(input)) + "  -", outcome.Line);
    }

    [Fact]
    public void The_end_of_input_arrives()
    {
        using RunningCommand run = brig.Start("run", "--rm", "-i", "--network", "none", BaseImage.Name, "sh", "-c", "cat; echo over");
        run.Input.Write("text\n"u8);
        run.EndInput();
        Assert.Equal("text\nover\n", run.Wait().Output);
    }

    [Fact]
    public void Without_i_the_input_is_empty()
    {
        using RunningCommand run = brig.Start("run", "--rm", "--network", "none", BaseImage.Name, "sh", "-c", "cat; echo over");
        Assert.Equal("over\n", run.Wait().Output);
    }

    [Fact]
    public async Task A_container_that_never_reads_does_not_fill_memory()
    {
        string name = brig.NewName();
        using RunningCommand run = brig.Start("run", "--rm", "-i", "--name", name, "--network", "none", BaseImage.Name, "sh", "-c", "echo ready; exec sleep 100");
        Assert.True(Host.Eventually(() => run.Output.Contains("ready", StringComparison.Ordinal)));
        Task writing = Task.Run(() =>
        {
            try
            {
                byte[] piece = new byte[1 << 20];
                for (int i = 0; i < 200; i++)
                {
                    run.Input.Write(piece);
                }
            }
            catch (IOException)
            {
            }
        }, TestContext.Current.CancellationToken);
        Assert.True(await Task.WhenAny(writing, Task.Delay(3000, TestContext.Current.CancellationToken)) != writing, "200 MB went somewhere");
        int monitor = int.Parse(Host.Shell($"pgrep -f '[b]rig monitor {brig.Path} .*{brig.Inspect(name, "{{.Id}}")}'"));
        foreach (int pid in (int[])[run.Id, monitor])
        {
            long resident = long.Parse(Host.Shell($"awk '/VmRSS/ {{print $2}}' /proc/{pid}/status"));
            Assert.True(resident < 60_000, $"{resident} kB resident");
        }

        brig.Do("kill", name);
        Assert.Equal(137, run.Wait().ExitCode);
    }

    [Fact]
    public void A_grandchild_that_holds_the_output_does_not_hold_up_the_end()
    {
        Outcome outcome = brig.Run("(trap '' HUP TERM; sleep 1000) & echo done; exit 3");
        Assert.Equal(3, outcome.ExitCode);
        Assert.Equal("done\n", outcome.Output);
    }

    [Fact]
    public void A_reader_that_goes_away_ends_the_client_not_the_engine()
    {
        string line = Host.Shell($"{EngineRoot.Binary} {brig.Global} run --rm --network none {BaseImage.Name} sh -c 'echo first; yes | head -c 1000000' | head -1");
        Assert.Equal("first", line);
        Assert.True(Host.Eventually(() => brig.Do("ps", "-aq").Length == 0));
    }
}
