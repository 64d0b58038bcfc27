using Brig.Cli.Progress;

namespace Brig.Cli.Tests.Progress;

public sealed class ProgressTests
{
    [Fact]
    public void Plain_transfers_print_changes_of_state()
    {
        using StringWriter output = new();
        using (TransferDisplay display = new(output, null, TimeProvider.System))
        {
            display.Report(new TransferEvent("6c3c624b58db", "Pulling fs layer"));
            display.Report(new TransferEvent("6c3c624b58db", "Downloading", 10, 100));
            display.Report(new TransferEvent("6c3c624b58db", "Download complete"));
            display.Report(new TransferEvent("6c3c624b58db", "Download complete"));
            display.Report(new TransferEvent("a3ed95caeb02", "Already exists"));
        }

        Assert.Equal("6c3c624b58db: Pulling fs layer\n6c3c624b58db: Download complete\na3ed95caeb02: Already exists\n", output.ToString());
    }

    [Fact]
    public void A_bar_fits_the_terminal()
    {
        TransferEvent news = new("6c3c624b58db", "Downloading", 12_300_000, 50_000_000);
        Assert.Equal("6c3c624b58db: Downloading [============>                                     ]   12.3MB/50MB", TransferLine.Format(news, 120));
        for (int columns = 40; columns < 200; columns++)
        {
            Assert.True(TransferLine.Format(news, columns).Length <= Math.Max(columns, 41));
        }
    }

    [Fact]
    public void A_live_transfer_stays_within_the_window_and_gives_the_cursor_back()
    {
        using StringWriter output = new();
        using (TransferDisplay display = new(output, () => new TerminalSize(30, 5), TimeProvider.System))
        {
            for (int i = 0; i < 20; i++)
            {
                display.Report(new TransferEvent($"{i:000000000000}", "Waiting"));
            }

            Thread.Sleep(250);
        }

        string text = output.ToString();
        Assert.StartsWith("\x1b[?25l", text);
        Assert.EndsWith("\x1b[J\x1b[?25h", text);
        Assert.Contains("\x1b[4A\r", text);
        Assert.Equal(24, text.Split("Waiting").Length - 1);
    }

    [Fact]
    public void A_narrower_window_is_reckoned_with()
    {
        using StringWriter output = new();
        int columns = 40;
        LiveRegion region = new(output, () => new TerminalSize(columns, 10));
        region.Draw([new LiveLine(new string('a', 40)), new LiveLine("b")]);
        columns = 20;
        region.Draw([new LiveLine("c")]);
        Assert.Contains("\x1b[3A\r", output.ToString());
    }

    [Fact]
    public void A_plain_build_reads_like_BuildKits()
    {
        using StringWriter output = new();
        using (BuildDisplay display = BuildDisplay.Create(output, null, new StillTime()))
        {
            display.Report(new BuildEvent(1, BuildEventKind.Started, "[1/3] FROM debian"));
            display.Report(new BuildEvent(1, BuildEventKind.Done));
            display.Report(new BuildEvent(2, BuildEventKind.Cached, "[2/3] RUN a"));
            display.Report(new BuildEvent(3, BuildEventKind.Started, "[3/3] RUN b"));
            display.Report(new BuildEvent(3, BuildEventKind.Output, "one\ntw"));
            display.Report(new BuildEvent(3, BuildEventKind.Output, "o\x1b[31m!\r\n"));
            display.Report(new BuildEvent(3, BuildEventKind.Failed, "exit code: 1"));
        }

        Assert.Equal("#1 [1/3] FROM debian\n#1 DONE 0.0s\n\n#2 [2/3] RUN a\n#2 CACHED\n\n#3 [3/3] RUN b\n#3 0.000 one\n#3 0.000 two!\n"
            + "#3 ERROR: exit code: 1\n\n------\n > [3/3] RUN b:\none\ntwo!\n------\n", output.ToString());
    }

    [Fact]
    public void A_live_build_ends_with_all_its_steps()
    {
        using StringWriter output = new();
        using (BuildDisplay display = BuildDisplay.Create(output, () => new TerminalSize(40, 6), TimeProvider.System))
        {
            display.Total = 9;
            for (int step = 1; step < 9; step++)
            {
                display.Report(new BuildEvent(step, BuildEventKind.Cached, $"[{step}/9] RUN something"));
            }

            display.Report(new BuildEvent(9, BuildEventKind.Started, "[9/9] RUN make"));
            display.Report(new BuildEvent(9, BuildEventKind.Output, "cc -o x\n"));
            Thread.Sleep(250);
            display.Report(new BuildEvent(9, BuildEventKind.Done));
        }

        string text = output.ToString();
        Assert.Contains(" => => # cc -o x", text);
        string end = text[text.LastIndexOf("[+] Building", StringComparison.Ordinal)..];
        Assert.Contains("(9/9) FINISHED", end);
        Assert.Equal(8, end.Split("=> CACHED [").Length - 1);
        Assert.EndsWith("\x1b[?25h", end);
    }

    private sealed class StillTime : TimeProvider
    {
        public override long GetTimestamp() => 0;
    }
}
