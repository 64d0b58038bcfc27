namespace Brig.Cli.Templates.Nodes;

internal sealed record NilNode(int At) : Node(At)
{
    public override string ToString() => "nil";
}
