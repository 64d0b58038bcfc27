using Brig.Runtime.Conformance.Support;

namespace Brig.Runtime.Conformance.Processes;

/// <summary>process.terminal, consoleSize and the console socket.</summary>
public sealed class TerminalTests
{
    [Clause("config.md#process"), EachRuntime]
    public void The_masters_descriptor_comes_over_the_console_socket(string runtime)
    {
        using TestContainer container = new(runtime);
        using DescriptorSocket socket = new(Path.Combine(container.Folder, "c.sock"));
        container.Set("process.terminal", "true").Script("tty; test -t 0 && test -t 1 && test -t 2 && echo three; read line; echo got $line");
        container.Create("--console-socket", socket.Path);
        using ReceivedMessage message = socket.Receive();
        using FileStream master = message.Open(0);
        container.Do("start", container.Id);
        TerminalReader reader = new(master);
        reader.Until("three");
        Assert.Matches("/dev/(pts/0|console)", reader.Text);
        reader.Type("words\n");
        reader.Until("got words");
        container.UntilStopped();
    }

    [Clause("config-linux.md#default-devices"), EachRuntime]
    public void The_console_is_the_terminal(string runtime)
    {
        using TestContainer container = new(runtime);
        using DescriptorSocket socket = new(Path.Combine(container.Folder, "c.sock"));
        container.Set("process.terminal", "true").Script("echo through >/dev/console; echo; stat -c %t:%T /dev/console $(readlink -f /proc/self/fd/0); sleep 0.1");
        container.Create("--console-socket", socket.Path);
        using ReceivedMessage message = socket.Receive();
        using FileStream master = message.Open(0);
        container.Do("start", container.Id);
        TerminalReader reader = new(master);
        reader.Until("through");
        reader.Until("88:0");
    }

    [Clause("config.md#process"), EachRuntime]
    public void The_size_is_the_given_one(string runtime)
    {
        using TestContainer container = new(runtime);
        using DescriptorSocket socket = new(Path.Combine(container.Folder, "c.sock"));
        container.Set("process.terminal", "true").Set("process.consoleSize", """{"height": 33, "width": 111}""").Script("stty size; sleep 0.1");
        container.Create("--console-socket", socket.Path);
        using ReceivedMessage message = socket.Receive();
        using FileStream master = message.Open(0);
        container.Do("start", container.Id);
        new TerminalReader(master).Until("33 111");
    }

    [Clause("config.md#process"), EachRuntime]
    public void The_size_is_ignored_without_a_terminal(string runtime)
    {
        using TestContainer container = new(runtime);
        Assert.Equal("fine", container.Set("process.consoleSize", """{"height": 33, "width": 111}""").Run("echo fine"));
    }

    [Clause("config.md#process"), EachRuntime]
    public void The_terminal_is_the_controlling_one(string runtime)
    {
        using TestContainer container = new(runtime);
        using DescriptorSocket socket = new(Path.Combine(container.Folder, "c.sock"));
        container.Set("process.terminal", "true").Script("trap 'echo interrupted; exit' INT; echo through >/dev/tty; echo ready; while :; do sleep 0.05; done");
        container.Create("--console-socket", socket.Path);
        using ReceivedMessage message = socket.Receive();
        using FileStream master = message.Open(0);
        container.Do("start", container.Id);
        TerminalReader reader = new(master);
        reader.Until("ready");
        Assert.Contains("through", reader.Text, StringComparison.Ordinal);
        reader.Type("\x03");
        reader.Until("interrupted");
    }

    [Clause("runc-create(8)"), EachRuntime]
    public void A_terminal_without_console_socket_is_refused(string runtime)
    {
        using TestContainer container = new(runtime);
        Assert.NotEqual(0, container.Set("process.terminal", "true").TryCreate().ExitCode);
    }

    [Clause("runc-create(8)"), EachRuntime]
    public void A_console_socket_that_nobody_listens_to_is_refused(string runtime)
    {
        using TestContainer container = new(runtime);
        Assert.NotEqual(0, container.Set("process.terminal", "true").TryCreate("--console-socket", Path.Combine(container.Folder, "nobody.sock")).ExitCode);
    }

    [Clause("runc-run(8)"), EachRuntime]
    public void Run_connects_the_callers_terminal(string runtime)
    {
        using TestContainer container = new(runtime);
        container.Set("process.terminal", "true").Script("tty >/dev/null && echo terminal; exit 5").Save();
        string words = string.Join(' ', [.. container.Runtime.Command.Select(word => $"'{word}'"), "--root", container.State, "run", "--bundle", container.Folder, container.Id]);
        string inner = container.Write("inner.sh", $"#!/bin/sh\n{words}\necho status $?\n", executable: true);
        Outcome outcome = Host.Try($"script -qec {inner} /dev/null </dev/null");
        Assert.Contains("terminal", outcome.Output, StringComparison.Ordinal);
        Assert.Contains("status 5", outcome.Output, StringComparison.Ordinal);
    }
}
