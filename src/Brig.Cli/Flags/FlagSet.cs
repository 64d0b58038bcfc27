namespace Brig.Cli.Flags;

/// <summary>The flags of one command, declared in its handler and read there. Lookup is a scan: a command line has few flags.</summary>
internal sealed class FlagSet
{
    private readonly List<Flag> _flags = [];
    private readonly List<(string Name, Flag Flag)> _aliases = [];

    /// <summary>Whether flags may follow positional arguments. False where what follows belongs to another program (run, create, exec).</summary>
    public bool Interspersed { get; set; } = true;

    public IReadOnlyList<Flag> Flags => _flags;

    public BoolFlag Bool(string name, string usage, bool fallback = false) => Add(new BoolFlag(name, '\0', usage, fallback));

    public BoolFlag Bool(string name, char shorthand, string usage, bool fallback = false) => Add(new BoolFlag(name, shorthand, usage, fallback));

    public StringFlag String(string name, string usage, string fallback = "") => Add(new StringFlag(name, '\0', usage, fallback));

    public StringFlag String(string name, char shorthand, string usage, string fallback = "") => Add(new StringFlag(name, shorthand, usage, fallback));

    public IntFlag Int(string name, string usage, long fallback = 0) => Add(new IntFlag(name, '\0', usage, fallback));

    public IntFlag Int(string name, char shorthand, string usage, long fallback = 0) => Add(new IntFlag(name, shorthand, usage, fallback));

    public UnsignedFlag Unsigned(string name, string usage, int bits = 64) => Add(new UnsignedFlag(name, '\0', usage, 0, bits));

    public BytesFlag Bytes(string name, string usage) => Add(new BytesFlag(name, '\0', usage));

    public BytesFlag Bytes(string name, char shorthand, string usage) => Add(new BytesFlag(name, shorthand, usage));

    public CpusFlag Cpus(string name, string usage) => Add(new CpusFlag(name, '\0', usage));

    /// <param name="fallback">In nanoseconds.</param>
    public DurationFlag Duration(string name, string usage, long fallback = 0) => Add(new DurationFlag(name, '\0', usage, fallback));

    public ListFlag List(string name, string valueName, string usage, Func<string, string>? parse = null) =>
        Add(new ListFlag(name, '\0', valueName, usage, parse));

    public ListFlag List(string name, char shorthand, string valueName, string usage, Func<string, string>? parse = null) =>
        Add(new ListFlag(name, shorthand, valueName, usage, parse));

    /// <summary>A list whose values may hold several, separated by commas.</summary>
    public ListFlag Strings(string name, string usage) => Add(new ListFlag(name, '\0', "strings", usage) { Separated = true });

    public MapFlag Map(string name, string usage, Action<string>? check = null) => Add(new MapFlag(name, '\0', usage, check));

    public MapFlag Map(string name, char shorthand, string usage, Action<string>? check = null) => Add(new MapFlag(name, shorthand, usage, check));

    public ParsedFlag<T> Parsed<T>(string name, string valueName, string usage, Func<string, T> parse) =>
        Add(new ParsedFlag<T>(name, '\0', usage, parse) { ValueName = valueName });

    public ParsedFlag<T> Parsed<T>(string name, char shorthand, string valueName, string usage, Func<string, T> parse) =>
        Add(new ParsedFlag<T>(name, shorthand, usage, parse) { ValueName = valueName });

    public ParsedListFlag<T> ParsedList<T>(string name, string valueName, string usage, Func<string, T> parse) =>
        Add(new ParsedListFlag<T>(name, '\0', usage, parse) { ValueName = valueName });

    public ParsedListFlag<T> ParsedList<T>(string name, char shorthand, string valueName, string usage, Func<string, T> parse) =>
        Add(new ParsedListFlag<T>(name, shorthand, usage, parse) { ValueName = valueName });

    /// <summary>Adds a flag made with settings of its own (hidden, deprecated, an implied value).</summary>
    public T Add<T>(T flag)
        where T : Flag
    {
        _flags.Add(flag);
        return flag;
    }

    /// <summary>A second, hidden name of a flag: <c>--net</c> for <c>--network</c>.</summary>
    public void Alias(string name, Flag flag) => _aliases.Add((name, flag));

    /// <summary>Reads a command line. Never throws: the outcome says what was wrong.</summary>
    public FlagOutcome Parse(ReadOnlySpan<string> arguments) => new FlagReader(this, arguments).Read();

    public Flag? Find(ReadOnlySpan<char> name)
    {
        foreach (Flag flag in _flags)
        {
            if (name.SequenceEqual(flag.Name))
            {
                return flag;
            }
        }

        foreach ((string alias, Flag flag) in _aliases)
        {
            if (name.SequenceEqual(alias))
            {
                return flag;
            }
        }

        return null;
    }

    public Flag? Find(char shorthand)
    {
        foreach (Flag flag in _flags)
        {
            if (flag.Shorthand == shorthand && shorthand != 0)
            {
                return flag;
            }
        }

        return null;
    }
}
