namespace Brig.Builds.Sources;

/// <summary>What an address gave, and which part of it is meant, as a source of COPY.</summary>
internal sealed record FetchedTree(SourceTree Tree, string Source);
