using System.Globalization;

namespace Brig.Builds.Tests;

/// <summary>How much is tried: BRIG_FUZZ times as much as usual, and other things than usual; the same again for the same number.</summary>
internal static class Fuzz
{
    private static readonly int s_factor = int.Parse(Environment.GetEnvironmentVariable("BRIG_FUZZ") is { Length: > 0 } factor ? factor : "1", CultureInfo.InvariantCulture);

    internal static int Rounds(int usual) => usual * s_factor;

    internal static Random Random(int seed) => new(seed + ((s_factor - 1) * 1000));
}
