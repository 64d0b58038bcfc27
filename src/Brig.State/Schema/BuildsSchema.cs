namespace Brig.State;

/// <summary>Tables of Brig.Builds.</summary>
internal static class BuildsSchema
{
    internal const string Tables = """
        CREATE TABLE build_cache (
            key TEXT PRIMARY KEY,          -- hex digits of the hash of all that a step's result depends on
            image TEXT NOT NULL,           -- the result; kept alive by the use cache:KEY in image_uses
            used INTEGER NOT NULL          -- Unix milliseconds
        ) WITHOUT ROWID;
        CREATE INDEX build_cache_used ON build_cache (used);

        """;
}
