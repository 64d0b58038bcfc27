using Brig.Cli.Flags;
using Brig.Linux;

namespace Brig.Cli.OciRuntime;

/// <summary>The options before the command, runc's.</summary>
internal sealed class OciGlobals
{
    internal OciGlobals()
    {
        Root = Flags.String("root", "root directory for storage of container state (this should be located in tmpfs)", DefaultRoot());
        Log = Flags.String("log", "set the log file to write logs to (default is '/dev/stderr')");
        LogFormat = Flags.String("log-format", "set the log format ('text' (default), or 'json')", "text");
        Debug = Flags.Bool("debug", "enable debug logging");
        SystemdCgroup = Flags.Bool("systemd-cgroup", "enable systemd cgroup support, expects cgroupsPath to be of form \"slice:prefix:name\"");
        Flags.String("rootless", "ignore cgroup permission errors ('true', 'false', or 'auto')", "auto");
        Flags.String("criu", "ignored");
        Version = Flags.Bool("version", 'v', "print the version");
    }

    internal FlagSet Flags { get; } = new() { Interspersed = false };

    internal StringFlag Root { get; }

    internal StringFlag Log { get; }

    internal StringFlag LogFormat { get; }

    internal BoolFlag Debug { get; }

    internal BoolFlag SystemdCgroup { get; }

    internal BoolFlag Version { get; }

    private static string DefaultRoot() => Processes.UserId != 0 && Environment.GetEnvironmentVariable("XDG_RUNTIME_DIR") is { Length: > 0 } own ? own + "/brig-oci" : "/run/brig-oci";
}
