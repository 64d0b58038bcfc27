namespace Brig.Builds.Context;

internal readonly record struct GlobToken(GlobTokenKind Kind)
{
    internal int Literal { get; init; }

    internal GlobClass? Class { get; init; }
}
