namespace Brig.Cli.Templates.Nodes;

internal sealed record FunctionNode(int At, string Name) : Node(At)
{
    public override string ToString() => Name;
}
