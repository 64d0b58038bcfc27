namespace Brig.State;

/// <summary>Tables of Brig.Networks. A row is written before the kernel object it speaks of is made, and removed after it.</summary>
internal static class NetworksSchema
{
    internal const string Tables = """
        CREATE TABLE networks (
            id TEXT PRIMARY KEY,           -- 64 hex digits
            name TEXT NOT NULL UNIQUE,
            created INTEGER NOT NULL,      -- Unix milliseconds
            definition BLOB NOT NULL,      -- JSON
            bridge TEXT NOT NULL,          -- the interface's name; empty for a driver without one
            mtu INTEGER NOT NULL,          -- of the uplink when the bridge was made
            last TEXT,                     -- the IPv4 address leased last
            last6 TEXT,                    -- the IPv6 address leased last
            ready INTEGER NOT NULL         -- 1: the bridge is there and its rules are in the table
        );
        CREATE TABLE endpoints (
            owner TEXT NOT NULL,           -- container ID
            network TEXT NOT NULL,         -- networks.id
            interface TEXT NOT NULL,       -- the host's end of the pair; empty for a driver without one
            inside TEXT NOT NULL,          -- the interface's name in the container
            hardware TEXT NOT NULL,        -- its hardware address
            address TEXT,                  -- IPv4
            address6 TEXT,                 -- IPv6
            PRIMARY KEY (owner, network)
        ) WITHOUT ROWID;
        CREATE UNIQUE INDEX endpoints_by_address ON endpoints (network, address);
        CREATE UNIQUE INDEX endpoints_by_address6 ON endpoints (network, address6);
        CREATE TABLE endpoint_names (
            network TEXT NOT NULL,
            name TEXT NOT NULL,            -- an alias, in lower case
            owner TEXT NOT NULL,
            PRIMARY KEY (network, name, owner)
        ) WITHOUT ROWID;
        CREATE INDEX endpoint_names_by_owner ON endpoint_names (owner, network);
        CREATE TABLE published_ports (
            protocol INTEGER NOT NULL,     -- IP protocol number
            host_port INTEGER NOT NULL,
            host_address TEXT NOT NULL,    -- 0.0.0.0 or ::, every one of the family's
            container_port INTEGER NOT NULL,
            owner TEXT NOT NULL,
            network TEXT NOT NULL,         -- the endpoint it leads to; empty for none
            relayed INTEGER NOT NULL,      -- 1: the monitor passes it on, no rule does
            PRIMARY KEY (protocol, host_port, host_address)
        ) WITHOUT ROWID;
        CREATE INDEX published_ports_by_owner ON published_ports (owner);

        """;
}
