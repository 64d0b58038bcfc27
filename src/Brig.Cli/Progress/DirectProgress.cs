namespace Brig.Cli.Progress;

/// <summary>Progress handled at once on the reporting thread, so that nothing is heard after the end.</summary>
internal sealed class DirectProgress<T>(Action<T> report) : IProgress<T>
{
    public void Report(T value) => report(value);
}
