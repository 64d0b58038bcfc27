namespace Brig.Cli.Tables;

/// <summary>Whether a list shows its table or, with <c>-q</c>, only what names each item.</summary>
internal enum ListDetail
{
    Full,
    OnlyIds,
}
