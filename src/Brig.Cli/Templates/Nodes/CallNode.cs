namespace Brig.Cli.Templates.Nodes;

/// <summary><c>{{template "name" pipeline}}</c></summary>
internal sealed record CallNode(int At, string Name, PipeNode? Pipe) : Node(At)
{
    public override string ToString() => $"{{{{template {Brig.Cli.Text.GoQuote.Quote(Name)}{(Pipe is null ? "" : $" {Pipe}")}}}}}";
}
