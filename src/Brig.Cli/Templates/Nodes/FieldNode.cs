namespace Brig.Cli.Templates.Nodes;

/// <summary><c>.A.B</c></summary>
internal sealed record FieldNode(int At, IReadOnlyList<string> Names) : Node(At)
{
    public override string ToString() => "." + string.Join('.', Names);
}
