namespace Brig.State;

/// <summary>Tables of Brig.Containers.</summary>
internal static class ContainersSchema
{
    internal const string Tables = """
        CREATE TABLE containers (
            id TEXT PRIMARY KEY,
            name TEXT NOT NULL UNIQUE,
            created INTEGER NOT NULL,      -- Unix milliseconds
            specification BLOB NOT NULL,   -- JSON
            status TEXT NOT NULL,          -- created running exited removing
            state BLOB NOT NULL            -- JSON
        );
        CREATE INDEX containers_by_any_name ON containers (name COLLATE NOCASE); -- as names are asked for by DNS
        CREATE TABLE volumes (
            name TEXT PRIMARY KEY,
            created INTEGER NOT NULL,
            anonymous INTEGER NOT NULL,
            labels BLOB NOT NULL           -- JSON
        );
        CREATE TABLE volume_uses (
            container TEXT NOT NULL,
            volume TEXT NOT NULL,
            PRIMARY KEY (container, volume)
        );

        """;
}
