namespace Brig.EndToEnd.Support;

/// <summary>A state root of a test class, with the base image in it. At its end nothing of it may be left on the machine.</summary>
public sealed class EngineRoot : IDisposable
{
    private readonly Leftovers _leftovers;
    private int _names;

    public EngineRoot()
    {
        Path = Host.Temporary();
        _leftovers = new Leftovers(Path);
        BaseImage.CopyInto(Path);
    }

    /// <summary>The published program: BRIG_BINARY, else artifacts/brig of the repository, else the one on PATH.</summary>
    public static string Binary { get; } = FindBinary();

    public string Path { get; }

    /// <summary>The name of the root's nftables table.</summary>
    public string Table => Leftovers.TableOf(Path);

    /// <summary>The parent of its containers' cgroups.</summary>
    public string CgroupParent => _leftovers.KernelName;

    public string Global => $"--root {Path} --run-root {Path}/run";

    public IReadOnlyList<string> GlobalArguments => ["--root", Path, "--run-root", Path + "/run"];

    /// <summary>A container name that no other test of the class has.</summary>
    public string NewName(string word = "c") => $"{word}-{Interlocked.Increment(ref _names)}";

    public RunningCommand Start(params string[] arguments) => new(Binary, [.. GlobalArguments, .. arguments]);

    public Outcome Try(params string[] arguments)
    {
        using RunningCommand command = Start(arguments);
        command.EndInput();
        return command.Wait(180);
    }

    /// <summary>Runs a command that must succeed; its output without the last newline.</summary>
    public string Do(params string[] arguments)
    {
        Outcome outcome = Try(arguments);
        Assert.True(outcome.ExitCode == 0, $"brig {string.Join(' ', arguments)}: {outcome}");
        return outcome.Line;
    }

    /// <summary><c>run --rm --network none debian sh -c SCRIPT</c>, with flags before the image.</summary>
    public Outcome Run(string script, params string[] flags) => Try(["run", "--rm", "--network", "none", .. flags, BaseImage.Name, "sh", "-c", script]);

    public string Inspect(string container, string format) => Do("inspect", "--format", format, container);

    public void Dispose()
    {
        try
        {
            Outcome all = Try("ps", "-aq");
            foreach (string id in all.Output.Split('\n', StringSplitOptions.RemoveEmptyEntries))
            {
                Try("rm", "-f", "-v", id);
            }

            _leftovers.Check();
        }
        finally
        {
            Directory.Delete(Path, recursive: true);
        }
    }

    private static string FindBinary()
    {
        if (Environment.GetEnvironmentVariable("BRIG_BINARY") is { Length: > 0 } named)
        {
            return named;
        }

        for (string? folder = AppContext.BaseDirectory; folder is not null; folder = System.IO.Path.GetDirectoryName(folder))
        {
            string published = System.IO.Path.Combine(folder, "artifacts/brig");
            if (File.Exists(System.IO.Path.Combine(folder, "Brig.slnx")) && File.Exists(published))
            {
                return published;
            }
        }

        return "brig";
    }
}
