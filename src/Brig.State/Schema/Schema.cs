namespace Brig.State;

/// <summary>The tables of brig.db. Each area's tables stand in a file of their own.</summary>
internal static class Schema
{
    internal const int Version = 5;

    internal const string Tables = ImagesSchema.Tables + ContainersSchema.Tables + NetworksSchema.Tables + BuildsSchema.Tables;
}
