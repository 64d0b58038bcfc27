namespace Brig.Cli.Commands.Containers;

/// <summary>Whether sizes are shown: they are counted file by file.</summary>
internal enum SizeDetail
{
    Left,
    Shown,
}
