using System.Text;

namespace Brig.Builds.Variables;

/// <summary>Collects an expansion as one text and as words at once.</summary>
internal sealed class ExpandedText
{
    private readonly StringBuilder _text = new();
    private readonly StringBuilder _word = new();
    private readonly List<string> _words = [];
    private bool _open;

    internal string Text => _text.ToString();

    internal IReadOnlyList<string> Words => _open ? [.. _words, _word.ToString()] : _words;

    internal int Length => _text.Length;

    /// <summary>Adds what no blank in it parts.</summary>
    internal void AppendWhole(ReadOnlySpan<char> text)
    {
        _text.Append(text);
        _word.Append(text);
        _open = true;
    }

    /// <summary>Adds what its blanks part into words.</summary>
    internal void AppendParted(ReadOnlySpan<char> text)
    {
        _text.Append(text);
        foreach (char c in text)
        {
            if (!char.IsWhiteSpace(c))
            {
                _word.Append(c);
                _open = true;
            }
            else if (_open)
            {
                _words.Add(_word.ToString());
                _word.Clear();
                _open = false;
            }
        }
    }
}
