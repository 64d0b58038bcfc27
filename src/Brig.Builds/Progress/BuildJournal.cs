using Brig.Images.Transfers;

namespace Brig.Builds;

/// <summary>Numbers the steps of a build and tells of them one at a time, whichever thread has the news.</summary>
internal sealed class BuildJournal(IProgress<BuildEvent> progress, TimeProvider time)
{
    private readonly Lock _lock = new();
    private int _last;

    internal void Report(BuildEvent news)
    {
        lock (_lock)
        {
            progress.Report(news);
        }
    }

    internal void Warn(string text) => Report(new BuildWarning(text));

    internal Entry Begin(string name)
    {
        lock (_lock)
        {
            int step = ++_last;
            progress.Report(new BuildStepStarted(step, name));
            return new Entry(this, step, time);
        }
    }

    /// <summary>A step that has begun.</summary>
    internal sealed class Entry(BuildJournal journal, int step, TimeProvider time) : IProgress<TransferProgress>
    {
        private readonly long _started = time.GetTimestamp();

        internal void Output(int stream, ReadOnlySpan<byte> bytes) => journal.Report(new BuildStepOutput(step, stream, bytes.ToArray()));

        internal void Say(string line) => Output(1, System.Text.Encoding.UTF8.GetBytes(line + "\n"));

        internal void Cached() => journal.Report(new BuildStepCached(step));

        internal void Done() => journal.Report(new BuildStepDone(step, time.GetElapsedTime(_started)));

        internal void Failed(string reason) => journal.Report(new BuildStepFailed(step, reason));

        public void Report(TransferProgress value) => journal.Report(new BuildPull(step, value));
    }
}
