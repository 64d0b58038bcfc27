namespace Brig.Cli.Streams;

/// <summary>Looks for the keys that leave a container running (semantics.md 50): the beginning of a match is held back, and given on when it was none.</summary>
internal sealed class DetachKeys(byte[] sequence)
{
    private int _matched;

    /// <summary>Reads Docker's notation: <c>ctrl-p,ctrl-q</c>, single characters, separated by commas. Empty is the default.</summary>
    public static DetachKeys Parse(string text)
    {
        string[] keys = (text.Length == 0 ? "ctrl-p,ctrl-q" : text).Split(',');
        return new DetachKeys([.. keys.Select(Key)]);
    }

    /// <summary>True once the whole sequence was typed; <paramref name="passed"/> is what goes on to the process.</summary>
    public bool Look(ReadOnlySpan<byte> typed, List<byte> passed)
    {
        foreach (byte key in typed)
        {
            if (key == sequence[_matched])
            {
                if (++_matched == sequence.Length)
                {
                    _matched = 0;
                    return true;
                }

                continue;
            }

            passed.AddRange(sequence.AsSpan(0, _matched));
            _matched = 0;
            if (key == sequence[0])
            {
                _matched = sequence.Length > 1 ? 1 : 0;
                if (sequence.Length == 1)
                {
                    return true;
                }
            }
            else
            {
                passed.Add(key);
            }
        }

        return false;
    }

    private static byte Key(string key) => key.ToLowerInvariant() switch
    {
        { Length: 1 } when key[0] < 128 => (byte)key[0],
        ['c', 't', 'r', 'l', '-', var letter] when letter is >= 'a' and <= 'z' => (byte)(letter - 'a' + 1),
        "ctrl-@" => 0,
        "ctrl-[" => 27,
        "ctrl-\\" => 28,
        "ctrl-]" => 29,
        "ctrl-^" => 30,
        "ctrl-_" => 31,
        _ => throw BrigException.Invalid($"invalid detach keys: Unknown character: '{Oci.Text.Quote(key)}'"),
    };
}
