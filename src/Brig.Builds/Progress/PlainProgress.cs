using System.Text;
using Brig.Images.Transfers;

namespace Brig.Builds;

/// <summary>Writes a build's news as plain lines, <c>#4 0.123 text</c>, each step's under its number: what <c>--progress=plain</c> shows.</summary>
public sealed class PlainProgress(TextWriter writer, TimeProvider time) : IProgress<BuildEvent>
{
    private readonly Lock _lock = new();
    private readonly OutputLines[] _lines = [new(), new()];
    private long _started;
    private int _number;

    public void Report(BuildEvent value)
    {
        lock (_lock)
        {
            Write(value);
            writer.Flush();
        }
    }

    private void Write(BuildEvent value)
    {
        switch (value)
        {
            case BuildStepStarted step:
                (_number, _started) = (step.Number, time.GetTimestamp());
                writer.WriteLine($"#{step.Number} [{step.Number}/{step.Total}] {step.Text}");
                break;
            case BuildStepOutput output:
                foreach (string line in _lines[output.Stream == 2 ? 1 : 0].Take(output.Bytes.Span))
                {
                    Line(line);
                }

                break;
            case BuildStepCached:
                End("CACHED");
                break;
            case BuildStepDone done:
                End($"DONE {done.Duration.TotalSeconds:0.0}s");
                break;
            case BuildStepFailed failed:
                End($"ERROR: {failed.Reason}");
                break;
            case BuildPull { Progress: { State: TransferState.Pulled or TransferState.AlreadyHere } layer }:
                writer.WriteLine($"#1 {layer.Id} {layer.Words}");
                break;
            case BuildWarning warning:
                writer.WriteLine($"[Warning] {warning.Text}");
                break;
            case BuildExported exported:
                _number++;
                writer.WriteLine($"#{_number} exporting to image");
                writer.WriteLine($"#{_number} writing image {exported.Image}");
                foreach (Oci.ImageReference tag in exported.Tags)
                {
                    writer.WriteLine($"#{_number} naming to {tag.WithDefaultTag().Name}:{tag.WithDefaultTag().Tag}");
                }

                writer.WriteLine($"#{_number} DONE");
                break;
        }
    }

    private void End(string word)
    {
        foreach (OutputLines lines in _lines)
        {
            if (lines.Rest() is { Length: > 0 } rest)
            {
                Line(rest);
            }
        }

        writer.WriteLine($"#{_number} {word}");
        writer.WriteLine();
    }

    private void Line(string text) => writer.WriteLine($"#{_number} {time.GetElapsedTime(_started).TotalSeconds:0.000} {text}");

    /// <summary>Parts bytes that come in pieces into lines; a character may be cut between two pieces.</summary>
    private sealed class OutputLines
    {
        private readonly Decoder _decoder = Encoding.UTF8.GetDecoder();
        private readonly StringBuilder _open = new();

        internal List<string> Take(ReadOnlySpan<byte> bytes)
        {
            char[] text = new char[_decoder.GetCharCount(bytes, flush: false)];
            _decoder.GetChars(bytes, text, flush: false);
            List<string> lines = [];
            foreach (char c in text)
            {
                if (c == '\n')
                {
                    lines.Add(Rest());
                }
                else
                {
                    _open.Append(c);
                }
            }

            return lines;
        }

        internal string Rest()
        {
            string line = _open.ToString().TrimEnd('\r');
            _open.Clear();
            return line;
        }
    }
}
