using System.Text;
using Brig.Cli.Text;

namespace Brig.Cli.Flags;

/// <summary>One pass over a command line with the grammar of Docker's client (Go's pflag).</summary>
internal ref struct FlagReader(FlagSet flags, ReadOnlySpan<string> arguments)
{
    private readonly FlagSet _flags = flags;
    private ReadOnlySpan<string> _left = arguments;
    private readonly List<string> _positional = [];
    private List<string>? _warnings;
    private bool _help;

    public FlagOutcome Read()
    {
        string? error = null;
        while (error is null && !_help && !_left.IsEmpty)
        {
            string argument = _left[0];
            _left = _left[1..];
            if (argument is not ['-', _, ..])
            {
                _positional.Add(argument);
                if (!_flags.Interspersed)
                {
                    TakeRest();
                }
            }
            else if (argument == "--")
            {
                TakeRest();
            }
            else
            {
                error = argument[1] == '-' ? ReadLong(argument) : ReadShorthands(argument);
            }
        }

        return new FlagOutcome(_positional, error, _help, _warnings ?? (IReadOnlyList<string>)[]);
    }

    private void TakeRest()
    {
        foreach (string argument in _left)
        {
            _positional.Add(argument);
        }

        _left = default;
    }

    private string? ReadLong(string argument)
    {
        ReadOnlySpan<char> name = argument.AsSpan(2);
        if (name[0] is '-' or '=')
        {
            return $"bad flag syntax: {argument}";
        }

        int equals = name.IndexOf('=');
        string? value = equals < 0 ? null : name[(equals + 1)..].ToString();
        name = equals < 0 ? name : name[..equals];
        Flag? flag = _flags.Find(name);
        if (flag is null)
        {
            if (name is "help")
            {
                _help = value is null or "true" or "1" or "t" or "T" or "TRUE" or "True";
                return null;
            }

            return $"unknown flag: --{name}";
        }

        value ??= flag.ImpliedValue ?? TakeNext();
        return value is null ? $"flag needs an argument: {argument}" : Give(flag, name, value);
    }

    private string? ReadShorthands(string argument)
    {
        ReadOnlySpan<char> letters = argument.AsSpan(1);
        while (!letters.IsEmpty)
        {
            Flag? flag = _flags.Find(letters[0]);
            if (flag is null)
            {
                return ReadUnknownShorthand(letters);
            }

            ReadOnlySpan<char> here = letters;
            letters = letters[1..];
            string? value;
            if (letters is ['=', _, ..])
            {
                value = letters[1..].ToString();
                letters = default;
            }
            else if (flag.ImpliedValue is not null)
            {
                value = flag.ImpliedValue;
            }
            else if (!letters.IsEmpty)
            {
                value = letters.ToString();
                letters = default;
            }
            else
            {
                value = TakeNext();
            }

            if (value is null)
            {
                return $"flag needs an argument: '{here[0]}' in -{here}";
            }

            if (Give(flag, flag.Name, value) is { } error)
            {
                return error;
            }
        }

        return null;
    }

    private string? ReadUnknownShorthand(ReadOnlySpan<char> letters)
    {
        if (letters[0] == 'h')
        {
            _help = true;
            (_warnings ??= []).Add("Flag shorthand -h has been deprecated, use --help");
            return null;
        }

        _ = Rune.DecodeFromUtf16(letters, out Rune letter, out _);
        return $"unknown shorthand flag: {GoQuote.QuoteRune(letter)} in -{letters}";
    }

    private string? TakeNext()
    {
        if (_left.IsEmpty)
        {
            return null;
        }

        string next = _left[0];
        _left = _left[1..];
        return next;
    }

    private string? Give(Flag flag, ReadOnlySpan<char> name, string value)
    {
        if (flag.Give(value) is { } reason)
        {
            return $"invalid argument {GoQuote.Quote(value)} for \"{flag.Label}\" flag: {reason}";
        }

        if (flag.Deprecated is not null)
        {
            (_warnings ??= []).Add($"Flag --{name} has been deprecated, {flag.Deprecated}");
        }

        return null;
    }
}
