namespace Brig.Cli.Templates.Nodes;

/// <summary>Commands joined by bars, and the variables that take the result.</summary>
internal sealed record PipeNode(int At, IReadOnlyList<string> Variables, bool Assigns, IReadOnlyList<CommandNode> Commands) : Node(At)
{
    public override string ToString()
    {
        string commands = string.Join(" | ", Commands);
        return Variables.Count == 0 ? commands : $"{string.Join(", ", Variables)} {(Assigns ? "=" : ":=")} {commands}";
    }
}
