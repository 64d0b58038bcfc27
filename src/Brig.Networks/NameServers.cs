namespace Brig.Networks;

/// <summary>What the user asked for with <c>--dns</c>, <c>--dns-search</c> and <c>--dns-option</c>. Each list that is not empty takes the place of the host's; a search list of a single <c>.</c> means none.</summary>
public sealed record NameServers(IReadOnlyList<string> Servers, IReadOnlyList<string> Search, IReadOnlyList<string> Options)
{
    /// <summary>Nothing asked for: as the host has it.</summary>
    public static NameServers AsHost { get; } = new([], [], []);
}
