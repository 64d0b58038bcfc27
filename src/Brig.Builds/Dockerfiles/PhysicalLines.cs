using System.Diagnostics.CodeAnalysis;

namespace Brig.Builds.Dockerfiles;

/// <summary>The lines of a file as they stand in it, without their ends, counted from 1.</summary>
internal sealed class PhysicalLines
{
    private const int LengthLimit = ushort.MaxValue;

    private readonly string _text;
    private int _position;

    internal PhysicalLines(string text)
    {
        _text = text;
        _position = text.StartsWith('\uFEFF') ? 1 : 0;
    }

    /// <summary>The number of the line read last.</summary>
    internal int Number { get; private set; }

    internal bool TryRead([NotNullWhen(true)] out string? line)
    {
        if (!TryPeek(out line))
        {
            return false;
        }

        Skip();
        return true;
    }

    internal bool TryPeek([NotNullWhen(true)] out string? line)
    {
        if (_position >= _text.Length)
        {
            line = null;
            return false;
        }

        int end = End();
        if (end - _position > LengthLimit)
        {
            throw BrigException.Invalid($"dockerfile line greater than maximum allowed size of {LengthLimit}");
        }

        line = _text[_position..end].TrimEnd('\r');
        return true;
    }

    internal void Skip()
    {
        _position = Math.Min(End() + 1, _text.Length);
        Number++;
    }

    private int End() => _text.IndexOf('\n', _position) is >= 0 and int end ? end : _text.Length;
}
