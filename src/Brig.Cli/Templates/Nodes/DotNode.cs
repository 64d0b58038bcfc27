namespace Brig.Cli.Templates.Nodes;

internal sealed record DotNode(int At) : Node(At)
{
    public override string ToString() => ".";
}
