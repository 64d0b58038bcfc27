namespace Brig.Cli.Templates.Nodes;

/// <summary><c>(pipeline).A.B</c></summary>
internal sealed record ChainNode(int At, Node Inner, IReadOnlyList<string> Fields) : Node(At)
{
    public override string ToString() => $"{(Inner is PipeNode ? $"({Inner})" : Inner.ToString())}.{string.Join('.', Fields)}";
}
