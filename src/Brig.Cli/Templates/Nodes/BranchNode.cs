namespace Brig.Cli.Templates.Nodes;

/// <summary><c>if</c>, <c>with</c> and <c>range</c>: a pipeline that decides, a body, and what is done otherwise.</summary>
internal sealed record BranchNode(int At, BranchKind Kind, PipeNode Pipe, IReadOnlyList<Node> Body, IReadOnlyList<Node>? Otherwise) : Node(At)
{
    public override string ToString() => $"{{{{{Kind.ToString().ToLowerInvariant()} {Pipe}}}}}";
}
