using System.Text.Json;

namespace Brig.Cli.Templates;

/// <summary>The comparing functions of templates.</summary>
internal static class Comparison
{
    /// <summary>Whether the first value equals any of the others.</summary>
    public static bool EqualsAny(IReadOnlyList<object?> values)
    {
        if (values.Count < 2)
        {
            throw new FunctionFailure("missing argument for comparison");
        }

        foreach (object? other in values.Skip(1))
        {
            if (AreEqual(values[0], other))
            {
                return true;
            }
        }

        return false;
    }

    public static bool AreEqual(object? one, object? other)
    {
        one = one is Missing ? null : one;
        other = other is Missing ? null : other;
        if (one is null || other is null)
        {
            return one is null && other is null;
        }

        if (IsComposite(one) && IsComposite(other))
        {
            throw new FunctionFailure($"non-comparable type {TemplateValues.TypeName(one)}");
        }

        return one.GetType() == other.GetType() ? one.Equals(other) : throw Incompatible();
    }

    /// <summary>Below zero, zero or above, as the first comes before, with or after the second.</summary>
    public static int Order(object? one, object? other) => (one, other) switch
    {
        (long a, long b) => a.CompareTo(b),
        (double a, double b) => a < b ? -1 : a > b ? 1 : 0,
        (string a, string b) => string.CompareOrdinal(a, b),
        (long or double or string, long or double or string) => throw Incompatible(),
        _ => throw new FunctionFailure("invalid type for comparison"),
    };

    private static bool IsComposite(object value) => value is JsonElement or IReadOnlyList<object?> or TemplateRecord;

    private static FunctionFailure Incompatible() => new("incompatible types for comparison");
}
