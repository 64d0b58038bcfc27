namespace Brig.Runtime.Conformance.Support;

/// <summary>
/// Cases that some runtimes (names divided by spaces) do not fulfil, and why. A case is <c>Class.Method</c>, or one row of it,
/// <c>Class.Method(first argument)</c>.
/// </summary>
public sealed record KnownDifference(string Runtimes, string Reason, params IReadOnlyList<string> Cases);
