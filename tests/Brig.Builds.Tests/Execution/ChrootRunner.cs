using System.Diagnostics;
using Brig.Containers.Steps;

namespace Brig.Builds.Tests.Execution;

/// <summary>Runs steps with the system's own tools: an overlay in a mount namespace of its own, then chroot.</summary>
internal sealed class ChrootRunner : IStepRunner
{
    private const string Script = """
        mount -t overlay overlay -o "lowerdir=$LOWER,upperdir=$UPPER,workdir=$WORK" "$POINT" || exit 125
        mkdir -p "$POINT$CWD"
        exec chroot --userspec="$USERSPEC" "$POINT" /usr/bin/env -i -C "$CWD" "$@"
        """;

    internal List<Step> Steps { get; } = [];

    public async Task<int> RunAsync(Step step, StepOutput output, CancellationToken token)
    {
        Steps.Add(step);
        using TemporaryFolder point = new();
        ProcessStartInfo start = new("unshare") { RedirectStandardOutput = true, RedirectStandardError = true };
        foreach (string arg in (string[])["--mount", "--pid", "--fork", "--kill-child", "sh", "-c", Script, "sh", .. step.Environment, .. step.Args])
        {
            start.ArgumentList.Add(arg);
        }

        start.Environment["LOWER"] = string.Join(':', step.Lowers);
        start.Environment["UPPER"] = step.Upper;
        start.Environment["WORK"] = step.Work;
        start.Environment["POINT"] = point.Path;
        start.Environment["CWD"] = step.WorkingDirectory;
        start.Environment["USERSPEC"] = step.User.Length == 0 ? "0:0" : step.User;
        using Process process = Process.Start(start)!;
        Task pumps = Task.WhenAll(Pump(process.StandardOutput.BaseStream, 1, output), Pump(process.StandardError.BaseStream, 2, output));
        try
        {
            await process.WaitForExitAsync(token);
        }
        catch (OperationCanceledException)
        {
            process.Kill(entireProcessTree: true);
            await process.WaitForExitAsync(CancellationToken.None);
            throw;
        }

        await pumps;
        return process.ExitCode;
    }

    private static async Task Pump(Stream from, int stream, StepOutput output)
    {
        byte[] buffer = new byte[4096];
        int got;
        while ((got = await from.ReadAsync(buffer)) > 0)
        {
            output(stream, buffer.AsSpan(0, got));
        }
    }
}
