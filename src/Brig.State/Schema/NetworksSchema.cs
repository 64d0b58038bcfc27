namespace Brig.State;

/// <summary>Tables of Brig.Networks. A row is written before the kernel object it speaks of is made, and removed after it.</summary>
internal static class NetworksSchema
{
    internal const string Tables = """
        CREATE TABLE networks (
            name TEXT PRIMARY KEY,         -- of the bridge
            subnet TEXT NOT NULL,          -- 172.17.0.0/16
            mtu INTEGER NOT NULL,
            last INTEGER NOT NULL,         -- host part of the address leased last
            ready INTEGER NOT NULL         -- 1: bridge and table were made
        );
        CREATE TABLE leases (
            network TEXT NOT NULL,
            address TEXT NOT NULL,
            owner TEXT NOT NULL,           -- container ID
            interface TEXT NOT NULL,       -- the host's end of the pair
            PRIMARY KEY (network, address)
        );
        CREATE UNIQUE INDEX leases_by_owner ON leases (owner, network);
        CREATE TABLE published_ports (
            network TEXT NOT NULL,
            protocol INTEGER NOT NULL,     -- IP protocol number
            host_port INTEGER NOT NULL,
            host_address TEXT NOT NULL,    -- 0.0.0.0: every one
            container_port INTEGER NOT NULL,
            owner TEXT NOT NULL,
            PRIMARY KEY (network, protocol, host_port, host_address)
        );
        CREATE INDEX published_ports_by_owner ON published_ports (owner, network);

        """;
}
