using System.Text;
using Brig.Builds;
using Brig.Cli.Progress;
using Brig.Images.Transfers;
using Brig.Oci;
using News = Brig.Builds.BuildEvent;
using Shown = Brig.Cli.Progress.BuildEvent;

namespace Brig.Cli.Commands.Images;

/// <summary>Tells a display of a build's news. The display numbers its steps by itself, since a pull and the export are steps there too.</summary>
/// <param name="isLive">A list of steps, each on one line: then what the export says are steps of their own.</param>
internal sealed class BuildNews(BuildDisplay display, bool isLive) : IProgress<News>
{
    private readonly Lock _lock = new();
    private readonly Decoder[] _decoders = [Encoding.UTF8.GetDecoder(), Encoding.UTF8.GetDecoder()];
    private readonly List<string> _warnings = [];
    private int _last;
    private int _pull;

    /// <summary>To be shown at the end.</summary>
    public IReadOnlyList<string> Warnings => _warnings;

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
            case BuildPull { Progress: var layer }:
                Pull(layer);
                break;
            case BuildStepStarted step:
                EndPull();
                display.Total = step.Total + _last - step.Number + 2;
                Begin($"[{step.Number}/{step.Total}] {step.Text}");
                break;
            case BuildStepOutput output:
                Tell(BuildEventKind.Output, Text(output));
                break;
            case BuildStepCached:
                Tell(BuildEventKind.Cached);
                break;
            case BuildStepDone:
                Tell(BuildEventKind.Done);
                break;
            case BuildStepFailed failed:
                Tell(BuildEventKind.Failed, failed.Reason);
                break;
            case BuildWarning warning:
                _warnings.Add(warning.Text);
                break;
            case BuildExported exported:
                EndPull();
                Export(exported);
                break;
        }
    }

    private void Pull(TransferProgress layer)
    {
        if (_pull == 0)
        {
            Begin("pull the base image");
            _pull = _last;
        }

        if (!Transfer.Event(layer).IsMovement)
        {
            display.Report(new Shown(_pull, BuildEventKind.Output, $"{layer.Id}: {layer.Words}\n"));
        }
    }

    private void EndPull()
    {
        if (_pull > 0)
        {
            display.Report(new Shown(_pull, BuildEventKind.Done));
            _pull = 0;
        }
    }

    private void Export(BuildExported exported)
    {
        string[] lines = [$"writing image {exported.Image}", .. exported.Tags.Select(tag => $"naming to {ImageNames.Full(tag.WithDefaultTag())}")];
        Begin("exporting to image");
        if (!isLive)
        {
            Tell(BuildEventKind.Output, string.Concat(lines.Select(line => line + "\n")));
        }

        Tell(BuildEventKind.Done);
        foreach (string line in isLive ? lines : [])
        {
            Begin("=> " + line);
            Tell(BuildEventKind.Done);
        }
    }

    private void Begin(string name) => display.Report(new Shown(++_last, BuildEventKind.Started, name));

    private void Tell(BuildEventKind kind, string text = "") => display.Report(new Shown(_last, kind, text));

    /// <summary>A character may be cut between two pieces.</summary>
    private string Text(BuildStepOutput output)
    {
        Decoder decoder = _decoders[output.Stream == 2 ? 1 : 0];
        char[] text = new char[decoder.GetCharCount(output.Bytes.Span, flush: false)];
        return new string(text, 0, decoder.GetChars(output.Bytes.Span, text, flush: false));
    }
}
