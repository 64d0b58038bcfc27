namespace Brig.Linux;

/// <summary>Whether devices of a kind may be used. Null numbers are all; the type is <c>a</c> (all), <c>b</c> or <c>c</c>; access is made of <c>r</c>, <c>w</c> and <c>m</c>.</summary>
public sealed record DeviceRule(bool Allow, char Type, uint? Major, uint? Minor, string Access)
{
    /// <summary>What every container may use besides what it was given: making any node, and the devices that are in each /dev (runtime-spec config-linux.md#default-devices).</summary>
    public static IReadOnlyList<DeviceRule> Defaults { get; } =
    [
        new(true, 'c', null, null, "m"), new(true, 'b', null, null, "m"),
        new(true, 'c', 1, 3, "rwm"), new(true, 'c', 1, 5, "rwm"), new(true, 'c', 1, 7, "rwm"), new(true, 'c', 1, 8, "rwm"), new(true, 'c', 1, 9, "rwm"),
        new(true, 'c', 5, 0, "rwm"), new(true, 'c', 5, 1, "rwm"), new(true, 'c', 5, 2, "rwm"), new(true, 'c', 136, null, "rwm"),
    ];

    /// <summary>Nothing, from which the rules that follow start.</summary>
    public static DeviceRule None { get; } = new(false, 'a', null, null, "rwm");

    /// <summary>Everything: the rule of a privileged container.</summary>
    public static DeviceRule Everything { get; } = new(true, 'a', null, null, "rwm");

    /// <summary>Whether a rule takes a part of an earlier one back, which cgroup v1 cannot say.</summary>
    internal static bool TakeBack(IReadOnlyList<DeviceRule> rules) => rules.Where((rule, at) => !rule.Allow && rule.Legacy != "a" && rules.Take(at).Any(earlier => earlier.Allow)).Any();

    /// <summary>As devices.allow and devices.deny of cgroup v1 take it.</summary>
    internal string Legacy => Type == 'a' && Major is null && Minor is null ? "a" : $"{Type} {Number(Major)}:{Number(Minor)} {Access}";

    private static string Number(uint? number) => number?.ToString() ?? "*";
}
