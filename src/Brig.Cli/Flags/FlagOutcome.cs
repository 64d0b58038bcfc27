namespace Brig.Cli.Flags;

/// <summary>What reading a command line gave.</summary>
/// <param name="Positional">The arguments that are no flags, in order.</param>
/// <param name="Error">What was wrong, in Docker's words; null where nothing was.</param>
/// <param name="HelpWanted">Whether <c>--help</c> (or a <c>-h</c> that means nothing else) was met; reading stopped there.</param>
/// <param name="Warnings">Lines about deprecated flags.</param>
internal sealed record FlagOutcome(IReadOnlyList<string> Positional, string? Error, bool HelpWanted, IReadOnlyList<string> Warnings);
