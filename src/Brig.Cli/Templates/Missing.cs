namespace Brig.Cli.Templates;

/// <summary>
/// A field that the data does not have. Optional parts of an inspected object (a health state, a mount's driver) are left out of the
/// JSON, so asking for one in <c>if</c> or <c>with</c> is no error; printing it or reading on from it is.
/// </summary>
/// <param name="InMap">Whether the data is a plain map of strings (labels), where a missing key prints as no value.</param>
internal sealed record Missing(string Name, bool InMap);
