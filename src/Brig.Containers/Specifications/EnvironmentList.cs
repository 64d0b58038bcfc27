namespace Brig.Containers.Specifications;

/// <summary>Lists of <c>NAME=value</c> in which a later entry takes the place of an earlier one of its name.</summary>
public static class EnvironmentList
{
    /// <summary>Puts <paramref name="changes"/> over a list: a name that is there changes in place, a new one comes last, a bare name goes.</summary>
    public static IReadOnlyList<string> Merge(IReadOnlyList<string> list, IReadOnlyList<string> changes)
    {
        List<string> result = [.. list];
        foreach (string change in changes)
        {
            string name = NameOf(change);
            int at = result.FindIndex(entry => NameOf(entry) == name);
            bool removes = !change.Contains('=', StringComparison.Ordinal);
            if (at >= 0 && removes)
            {
                result.RemoveAt(at);
            }
            else if (at >= 0)
            {
                result[at] = change;
            }
            else if (!removes)
            {
                result.Add(change);
            }
        }

        return result;
    }

    public static bool Has(IEnumerable<string> list, string name) => list.Any(entry => NameOf(entry) == name);

    private static string NameOf(string entry) => entry.IndexOf('=', StringComparison.Ordinal) is >= 0 and int at ? entry[..at] : entry;
}
