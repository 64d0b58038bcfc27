namespace Brig.Runtime.Conformance.Support;

/// <summary>A runtime under test: a name for the reports, its program, and the words before and after that.</summary>
public sealed record OciRuntime(string Name, IReadOnlyList<string> Before, string Program, IReadOnlyList<string> After)
{
    /// <summary>crun refuses machines whose cgroup v2 hierarchy has controllers beside v1 ones; it is run where that hierarchy is not mounted.</summary>
    private static readonly string[] s_withoutUnified =
        ["unshare", "--mount", "--propagation", "slave", "sh", "-c", "umount -l /sys/fs/cgroup/unified && exec \"$@\"", "sh"];

    /// <summary>The words that start it.</summary>
    public IReadOnlyList<string> Command => [.. Before, Program, .. After];

    /// <summary>
    /// BRIG_RUNTIMES, entries <c>name=program arguments</c> or <c>name</c> divided by commas or newlines; without it brig
    /// (BRIG_BINARY or artifacts/brig) and, where they are installed, crun and runc.
    /// </summary>
    public static IReadOnlyDictionary<string, OciRuntime> All { get; } = Listed().ToDictionary(runtime => runtime.Name);

    private static IEnumerable<OciRuntime> Listed()
    {
        if (Environment.GetEnvironmentVariable("BRIG_RUNTIMES") is { Length: > 0 } text)
        {
            return text.Split([',', '\n'], StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries).Select(Parse);
        }

        return [new("brig", [], FindBrig(), ["oci"]), .. new[] { "crun", "runc" }.Where(Host.Has).Select(Parse)];
    }

    private static OciRuntime Parse(string entry)
    {
        int equals = entry.IndexOf('=', StringComparison.Ordinal);
        string name = equals < 0 ? entry : entry[..equals];
        string[] command = (equals < 0 ? entry : entry[(equals + 1)..]).Split(' ', StringSplitOptions.RemoveEmptyEntries);
        return new(name, name == "crun" && IsHybrid() ? s_withoutUnified : [], command[0], command[1..]);
    }

    private static bool IsHybrid() => File.Exists("/sys/fs/cgroup/unified/cgroup.controllers") && File.ReadAllText("/sys/fs/cgroup/unified/cgroup.controllers").Trim().Length > 0;

    private static string FindBrig()
    {
        if (Environment.GetEnvironmentVariable("BRIG_BINARY") is { Length: > 0 } named)
        {
            return named;
        }

        for (string? folder = AppContext.BaseDirectory; folder is not null; folder = Path.GetDirectoryName(folder))
        {
            string published = Path.Combine(folder, "artifacts/brig");
            if (File.Exists(Path.Combine(folder, "Brig.slnx")) && File.Exists(published))
            {
                return published;
            }
        }

        return "brig";
    }
}
