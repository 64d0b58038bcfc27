namespace Brig.Cli.Templates.Nodes;

internal enum BranchKind
{
    If,
    With,
    Range,
}
