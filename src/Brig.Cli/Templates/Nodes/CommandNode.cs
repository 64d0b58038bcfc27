namespace Brig.Cli.Templates.Nodes;

/// <summary>An operand, or a function or field with its arguments.</summary>
internal sealed record CommandNode(int At, IReadOnlyList<Node> Words) : Node(At)
{
    public override string ToString() => string.Join(' ', Words.Select(word => word is PipeNode ? $"({word})" : word.ToString()));
}
