namespace Brig.Cli.Templates.Nodes;

/// <summary><c>{{break}}</c> or <c>{{continue}}</c>.</summary>
internal sealed record LeaveNode(int At, bool Continues) : Node(At)
{
    public override string ToString() => Continues ? "{{continue}}" : "{{break}}";
}
