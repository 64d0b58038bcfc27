namespace Brig.Cli.Templates;

/// <summary>What a template function refuses; the evaluator adds where it stands.</summary>
internal sealed class FunctionFailure(string message) : Exception(message)
{
    /// <summary>Set where the function was never called: the position of the argument that does not fit, or -1 for their number.</summary>
    public int? Argument { get; init; }

    /// <summary>The type that the argument should have had.</summary>
    public string Wanted { get; init; } = "";
}
