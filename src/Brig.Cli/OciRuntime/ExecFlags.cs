using Brig.Cli.Flags;
using Brig.Oci.Runtime;

namespace Brig.Cli.OciRuntime;

/// <summary>The options of <c>exec</c>, and the process that they make of the container's own.</summary>
internal sealed class ExecFlags
{
    internal ExecFlags()
    {
        ConsoleSocket = Set.String("console-socket", "path to an AF_UNIX socket which will receive a file descriptor referencing the master end of the console's pseudoterminal");
        Cwd = Set.String("cwd", "current working directory in the container");
        Environment = Set.List("env", 'e', "value", "set environment variables");
        Terminal = Set.Bool("tty", 't', "allocate a pseudo-TTY");
        User = Set.String("user", 'u', "UID (format: <uid>[:<gid>])");
        Groups = Set.List("additional-gids", 'g', "value", "additional gids");
        Process = Set.String("process", 'p', "path to the process.json");
        Detach = Set.Bool("detach", 'd', "detach from the container's process");
        PidFile = Set.String("pid-file", "specify the file to write the process id to");
        ProcessLabel = Set.String("process-label", "set the asm process label for the process commonly used with selinux");
        AppArmor = Set.String("apparmor", "set the apparmor profile for the process");
        NoNewPrivileges = Set.Bool("no-new-privs", "set the no new privileges value for the process");
        Capabilities = Set.List("cap", 'c', "value", "add a capability to the bounding set for the process");
        Preserve = Set.Int("preserve-fds", "Pass N additional file descriptors to the container (stdio + $LISTEN_FDS + N in total)");
        Cgroup = Set.List("cgroup", "value", "run the process in an (existing) sub-cgroup(s). Format is [<controller>:]<cgroup>.");
        IgnorePaused = Set.Bool("ignore-paused", "allow exec in a paused container");
        PidFdSocket = Set.String("pidfd-socket", "path to an AF_UNIX socket which will receive a file descriptor referencing the exec process");
    }

    internal FlagSet Set { get; } = new();

    internal StringFlag ConsoleSocket { get; }

    internal StringFlag Cwd { get; }

    internal ListFlag Environment { get; }

    internal BoolFlag Terminal { get; }

    internal StringFlag User { get; }

    internal ListFlag Groups { get; }

    internal StringFlag Process { get; }

    internal BoolFlag Detach { get; }

    internal StringFlag PidFile { get; }

    internal StringFlag PidFdSocket { get; }

    internal StringFlag ProcessLabel { get; }

    internal StringFlag AppArmor { get; }

    internal BoolFlag NoNewPrivileges { get; }

    internal ListFlag Capabilities { get; }

    internal IntFlag Preserve { get; }

    internal ListFlag Cgroup { get; }

    internal BoolFlag IgnorePaused { get; }

    /// <summary>The container's process with other arguments, and what the options change.</summary>
    internal ProcessSpec Over(ProcessSpec own, IReadOnlyList<string> arguments)
    {
        if (arguments.Count == 0)
        {
            throw BrigException.Invalid("process args cannot be empty");
        }

        CapabilitiesSpec sets = own.Capabilities ?? new CapabilitiesSpec();
        IReadOnlyList<string> With(IReadOnlyList<string>? set) => [.. (set ?? []).Union(Capabilities.Values)];
        return own with
        {
            Args = arguments,
            Cwd = Cwd.Value.Length > 0 ? Cwd.Value : own.Cwd,
            Env = [.. own.Env ?? [], .. Environment.Values],
            Terminal = Terminal.Value,
            User = UserOf(own.User),
            NoNewPrivileges = NoNewPrivileges.Value || own.NoNewPrivileges,
            ApparmorProfile = AppArmor.Value.Length > 0 ? AppArmor.Value : own.ApparmorProfile,
            SelinuxLabel = ProcessLabel.Value.Length > 0 ? ProcessLabel.Value : own.SelinuxLabel,
            Capabilities = Capabilities.Values.Count == 0 ? own.Capabilities : sets with
            {
                // Inheritable stays as it is: what a file could raise from it is nobody's to have (CVE-2022-29162).
                Bounding = With(sets.Bounding),
                Effective = With(sets.Effective),
                Permitted = With(sets.Permitted),
            },
        };
    }

    private UserSpec UserOf(UserSpec own)
    {
        IReadOnlyList<uint> groups = [.. own.AdditionalGids ?? [], .. Groups.Values.Select(value => Number(value, "additional gid"))];
        string[] parts = User.Value.Split(':', 2);
        return own with
        {
            Uid = parts[0].Length > 0 ? Number(parts[0], "uid") : own.Uid,
            Gid = parts.Length > 1 ? Number(parts[1], "gid") : own.Gid,
            AdditionalGids = groups,
        };
    }

    private static uint Number(string text, string what) => uint.TryParse(text, out uint number) ? number : throw BrigException.Invalid($"parsing {Brig.Oci.Text.Quote(text)} as int for {what} failed");
}
