namespace Brig.Cli.Templates.Nodes;

/// <summary>A number, a text, a truth value.</summary>
/// <param name="Source">As written.</param>
internal sealed record LiteralNode(int At, string Source, object Value) : Node(At)
{
    public override string ToString() => Source;
}
