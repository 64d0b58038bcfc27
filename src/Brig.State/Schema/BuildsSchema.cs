namespace Brig.State;

/// <summary>Tables of Brig.Builds.</summary>
internal static class BuildsSchema
{
    internal const string Tables = """
        CREATE TABLE build_cache (
            key TEXT PRIMARY KEY,          -- hex digits of the hash of all that a step's result depends on
            image TEXT NOT NULL,           -- the result; kept alive by the use cache:KEY in image_uses
            layer TEXT NOT NULL,           -- diff ID of the layer that the step added; empty for none
            kind TEXT NOT NULL,            -- run, copy, workdir, context, image, remote
            description TEXT NOT NULL,     -- the instruction on one line
            created INTEGER NOT NULL,      -- Unix milliseconds
            used INTEGER NOT NULL,         -- Unix milliseconds
            hits INTEGER NOT NULL,
            size INTEGER NOT NULL          -- bytes of the layer
        ) WITHOUT ROWID;
        CREATE INDEX build_cache_used ON build_cache (used);

        """;
}
