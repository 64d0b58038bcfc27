namespace Brig.Cli.Progress;

internal enum BuildEventKind
{
    Started,
    Output,
    Cached,
    Done,
    Failed,
}
