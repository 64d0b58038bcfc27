namespace Brig.Cli.Flags;

/// <summary>The flags that stand before the command.</summary>
internal sealed class GlobalFlags
{
    public GlobalFlags()
    {
        Debug = Set.Bool("debug", 'D', "Enable debug mode");
        Insecure = Set.List("insecure-registry", "list", "Registry that may use plain HTTP or any certificate (host, host:port or CIDR)");
        LogLevel = Set.String("log-level", 'l', "Set the logging level (\"debug\", \"info\", \"warn\", \"error\", \"fatal\")", "info");
        Root = Set.Add(new StringFlag("root", '\0', "Directory of images, containers and volumes (default $BRIG_ROOT, else /var/lib/brig)"));
        RunRoot = Set.Add(new StringFlag("run-root", '\0', "Directory of sockets and process files (default $BRIG_RUN_ROOT, else /run/brig)"));
        Version = Set.Bool("version", 'v', "Print version information and quit");
    }

    public FlagSet Set { get; } = new() { Interspersed = false };

    public BoolFlag Debug { get; }

    public ListFlag Insecure { get; }

    public StringFlag LogLevel { get; }

    /// <summary>Empty where not given.</summary>
    public StringFlag Root { get; }

    /// <summary>Empty where not given.</summary>
    public StringFlag RunRoot { get; }

    public BoolFlag Version { get; }

    /// <summary>What is wrong with the values taken together, or null.</summary>
    public string? Complain() =>
        LogLevel.Value is "panic" or "fatal" or "error" or "warn" or "warning" or "info" or "debug" or "trace"
            ? null
            : $"Unable to parse logging level: {LogLevel.Value}";
}
