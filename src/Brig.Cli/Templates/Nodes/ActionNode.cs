namespace Brig.Cli.Templates.Nodes;

/// <summary><c>{{pipeline}}</c></summary>
internal sealed record ActionNode(int At, PipeNode Pipe) : Node(At)
{
    public override string ToString() => $"{{{{{Pipe}}}}}";
}
