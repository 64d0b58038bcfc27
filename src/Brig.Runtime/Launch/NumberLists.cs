using System.Globalization;
using Brig.Oci;

namespace Brig.Runtime.Launch;

/// <summary>Lists of CPUs and memory nodes as <c>0-3,7</c> (man 7 cpuset, List format).</summary>
internal static class NumberLists
{
    private const int Most = 8192;

    /// <summary>The list as a mask of as many words as it needs.</summary>
    internal static ulong[] Mask(string list, string field)
    {
        List<int> numbers = [];
        foreach (string part in list.Split(','))
        {
            string[] ends = part.Trim().Split('-', 2);
            if (!TryNumber(ends[0], out int first) || !TryNumber(ends[^1], out int last) || last < first)
            {
                throw BrigException.Invalid($"{field}: \"{Oci.Text.Quote(list)}\" is not a list such as 0-3,7");
            }

            numbers.AddRange(Enumerable.Range(first, last - first + 1));
        }

        ulong[] mask = new ulong[(numbers.Max() / 64) + 1];
        numbers.ForEach(number => mask[number / 64] |= 1UL << (number % 64));
        return mask;
    }

    private static bool TryNumber(string text, out int number) => int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out number) && number < Most;
}
