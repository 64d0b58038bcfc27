using Brig.Runtime.Conformance.Support;

namespace Brig.Runtime.Conformance.Checkpoints;

/// <summary>The machine's CRIU. An older one does not know the kernel of this machine; tests/vm has one that fits.</summary>
internal static class Criu
{
    /// <summary>Whether it can do its work on this kernel.</summary>
    internal static bool Works { get; } = Host.Has("criu") && Host.Try("criu check").ExitCode == 0;

    /// <summary>
    /// Checkpoints a container that runs. Where CRIU does not work it must be refused in a line that says why, and the container must
    /// run on: false is returned then, and the case is over.
    /// </summary>
    internal static bool Checkpoint(TestContainer container, params IReadOnlyList<string> flags)
    {
        if (Works)
        {
            container.Do(["checkpoint", "--image-path", Images(container), .. flags, container.Id]);
            return true;
        }

        Assert.Contains("criu", container.Refused(["checkpoint", "--image-path", Images(container), .. flags, container.Id]), StringComparison.OrdinalIgnoreCase);
        Assert.Equal("running", container.Status);
        return false;
    }

    /// <summary>Restores it and returns when it runs. Its output goes on where it was: CRIU wants a file of the length that it had.</summary>
    internal static void Restore(TestContainer container, params IReadOnlyList<string> flags)
    {
        using RunningCommand command = Begin(container, ["--detach", .. flags]);
        Outcome outcome = command.Wait();
        Assert.True(outcome.ExitCode == 0, $"{container.Runtime.Name} restore: {outcome} {container.Error}");
        Assert.Equal("running", container.Status);
    }

    internal static RunningCommand Begin(TestContainer container, params IReadOnlyList<string> flags)
    {
        container.Wrapper = ["sh", "-c", $"exec \"$@\" >>'{container.Folder}/created.out' 2>>'{container.Folder}/created.err'", "sh"];
        RunningCommand command = container.Begin("restored", ["restore", "--image-path", Images(container), "--bundle", container.Folder, .. flags, container.Id]);
        container.Wrapper = [];
        return command;
    }

    internal static string Images(TestContainer container) => Path.Combine(container.Folder, "images");
}
