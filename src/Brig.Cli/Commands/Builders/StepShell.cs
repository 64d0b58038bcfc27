using Brig.Builds;
using Brig.Cli.Flags;
using Brig.Cli.Streams;
using Brig.Containers.Monitor;
using Brig.Containers.Steps;
using Brig.Linux;

namespace Brig.Cli.Commands.Builders;

/// <summary>Opens a shell where a build failed or was told to stop: the step's root, mounts, user and environment.</summary>
internal sealed class StepShell(Invocation call, StepRunner runner) : IStepObserver
{
    public Task FailedAsync(Step step, string instruction, string reason, CancellationToken token)
    {
        call.Error.WriteLine($"\n{instruction}\n{reason}\nA shell in the root of the failed step (exit ends it, and what is changed here is not kept):");
        call.Error.Flush();
        Run(step);
        return Task.CompletedTask;
    }

    public Task<bool> ReachedAsync(Step step, string instruction, int line, CancellationToken token)
    {
        call.Error.WriteLine($"\nBefore line {line}: {instruction}\nA shell in the root as it is now (exit 0 goes on, exit 1 ends the build):");
        call.Error.Flush();
        return Task.FromResult(Run(step) == 0);
    }

    private int Run(Step step)
    {
        (ushort rows, ushort columns) = Terminal.TrySize(1) is { } size ? size : default;
        using MonitorConnection connection = runner.Start(step with { Args = ["/bin/sh"] }, rows, columns);
        using AttachedStreams streams = new(connection, new AttachedOptions { Input = true, Terminal = true });
        return streams.Run() ?? 0;
    }
}
