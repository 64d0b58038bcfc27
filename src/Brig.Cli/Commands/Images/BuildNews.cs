using System.Text;
using Brig.Builds;
using Brig.Cli.Progress;
using News = Brig.Builds.BuildEvent;
using Shown = Brig.Cli.Progress.BuildEvent;

namespace Brig.Cli.Commands.Images;

/// <summary>Tells a display of a build's news.</summary>
internal sealed class BuildNews(BuildDisplay display) : IProgress<News>
{
    private readonly Lock _lock = new();
    private readonly Dictionary<(int Step, int Stream), Decoder> _decoders = [];
    private readonly List<string> _warnings = [];
    private int _last;

    /// <summary>To be shown at the end.</summary>
    public IReadOnlyList<string> Warnings => _warnings;

    /// <summary>The lines of the Dockerfile over which the build failed; empty for none.</summary>
    public string Excerpt { get; private set; } = "";

    public void Report(News value)
    {
        lock (_lock)
        {
            Show(value);
        }
    }

    private void Show(News value)
    {
        switch (value)
        {
            case BuildPlanned planned:
                display.Total = planned.Steps + _last + 1;
                break;
            case BuildPull { Progress: var layer } pull:
                if (!Transfer.Event(layer).IsMovement)
                {
                    Tell(pull.Step, BuildEventKind.Output, $"{layer.Id}: {layer.Words}\n");
                }

                break;
            case BuildStepStarted step:
                _last = Math.Max(_last, step.Step);
                Tell(step.Step, BuildEventKind.Started, step.Name);
                break;
            case BuildStepOutput output:
                Tell(output.Step, BuildEventKind.Output, Text(output));
                break;
            case BuildStepCached cached:
                Tell(cached.Step, BuildEventKind.Cached);
                break;
            case BuildStepDone done:
                Tell(done.Step, BuildEventKind.Done);
                break;
            case BuildStepFailed failed:
                Tell(failed.Step, BuildEventKind.Failed, failed.Reason);
                break;
            case BuildWarning warning:
                _warnings.Add(warning.Text);
                break;
            case BuildFailed failed:
                Excerpt = failed.Excerpt;
                break;
        }
    }

    private void Tell(int step, BuildEventKind kind, string text = "") => display.Report(new Shown(step, kind, text));

    /// <summary>A character may be cut between two pieces.</summary>
    private string Text(BuildStepOutput output)
    {
        if (!_decoders.TryGetValue((output.Step, output.Stream), out Decoder? decoder))
        {
            _decoders[(output.Step, output.Stream)] = decoder = Encoding.UTF8.GetDecoder();
        }

        char[] text = new char[decoder.GetCharCount(output.Bytes.Span, flush: false)];
        return new string(text, 0, decoder.GetChars(output.Bytes.Span, text, flush: false));
    }
}
