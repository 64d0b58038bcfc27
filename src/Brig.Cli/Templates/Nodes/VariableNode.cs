namespace Brig.Cli.Templates.Nodes;

/// <summary><c>$x.A.B</c></summary>
internal sealed record VariableNode(int At, string Name, IReadOnlyList<string> Fields) : Node(At)
{
    public override string ToString() => Fields.Count == 0 ? Name : $"{Name}.{string.Join('.', Fields)}";
}
