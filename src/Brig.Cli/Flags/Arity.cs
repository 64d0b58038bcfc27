namespace Brig.Cli.Flags;

/// <summary>How many positional arguments a command takes, with Docker's words for a wrong number.</summary>
internal readonly record struct Arity(int Least, int Most)
{
    public static Arity None => new(0, 0);

    public static Arity Any => new(0, int.MaxValue);

    public static Arity Exactly(int count) => new(count, count);

    public static Arity AtLeast(int count) => new(count, int.MaxValue);

    public static Arity AtMost(int count) => new(0, count);

    public static Arity Between(int least, int most) => new(least, most);

    /// <summary>What is wrong with this number of arguments, or null.</summary>
    public string? Complain(int count)
    {
        if (count >= Least && count <= Most)
        {
            return null;
        }

        if (Most == 0)
        {
            return "accepts no arguments";
        }

        if (Least == Most)
        {
            return $"requires {Least} {Noun(Least)}";
        }

        if (Most == int.MaxValue)
        {
            return $"requires at least {Least} {Noun(Least)}";
        }

        return Least == 0
            ? $"requires at most {Most} {Noun(Most)}"
            : $"requires at least {Least} and at most {Most} {Noun(Most)}";
    }

    private static string Noun(int count) => count == 1 ? "argument" : "arguments";
}
