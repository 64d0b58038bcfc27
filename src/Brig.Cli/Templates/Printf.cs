using System.Globalization;
using System.Text;

namespace Brig.Cli.Templates;

/// <summary>Go's <c>printf</c>: the verbs v s q d t x X o O b c U e E f F g G T, flags, widths and precisions.</summary>
internal sealed class Printf(string format, IReadOnlyList<object?> arguments)
{
    private readonly StringBuilder _output = new();
    private int _at;
    private int _next;

    public static string Format(string format, IReadOnlyList<object?> arguments) => new Printf(format, arguments).Run();

    private string Run()
    {
        while (_at < format.Length)
        {
            int percent = format.IndexOf('%', _at);
            percent = percent < 0 ? format.Length : percent;
            _output.Append(format, _at, percent - _at);
            _at = percent + 1;
            if (percent < format.Length)
            {
                Verb();
            }
        }

        if (_next < arguments.Count)
        {
            IEnumerable<string> extra = arguments.Skip(_next).Select(Describe);
            _output.Append("%!(EXTRA ").AppendJoin(", ", extra).Append(')');
        }

        return _output.ToString();
    }

    private void Verb()
    {
        int start = _at;
        while (_at < format.Length && "+-# 0".Contains(format[_at]))
        {
            _at++;
        }

        string flags = format[start.._at];
        int? width = Number();
        if (width < 0)
        {
            (width, flags) = (-width, flags + "-");
        }

        int? precision = null;
        if (_at < format.Length && format[_at] == '.')
        {
            _at++;
            precision = Number() ?? 0;
            precision = precision < 0 ? null : precision;
        }

        if (_at >= format.Length)
        {
            _output.Append("%!(NOVERB)");
            return;
        }

        _ = Rune.DecodeFromUtf16(format.AsSpan(_at), out Rune verb, out int length);
        _at += length;
        if (verb.Value == '%')
        {
            _output.Append('%');
        }
        else if (_next >= arguments.Count)
        {
            _output.Append($"%!{verb}(MISSING)");
        }
        else
        {
            object? value = arguments[_next++];
            _output.Append(FormattedValue.Format(value, verb, new FormatFlags(flags, width, precision)) ?? $"%!{verb}({Describe(value)})");
        }
    }

    private int? Number()
    {
        if (_at < format.Length && format[_at] == '*')
        {
            _at++;
            if (_next < arguments.Count && arguments[_next] is long number and >= -1_000_000 and <= 1_000_000)
            {
                _next++;
                return (int)number;
            }

            _next = Math.Min(_next + 1, arguments.Count);
            _output.Append("%!(BADWIDTH)");
            return null;
        }

        int start = _at;
        while (_at < format.Length && char.IsAsciiDigit(format[_at]))
        {
            _at++;
        }

        return start == _at || !int.TryParse(format.AsSpan(start, _at - start), CultureInfo.InvariantCulture, out int value) || value > 1_000_000 ? null : value;
    }

    private static string Describe(object? value) => value is null ? "<nil>" : $"{TemplateValues.TypeName(value)}={TemplateValues.Print(value)}";
}
