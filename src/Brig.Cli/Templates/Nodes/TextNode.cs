namespace Brig.Cli.Templates.Nodes;

internal sealed record TextNode(int At, string Text) : Node(At)
{
    public override string ToString() => Text;
}
