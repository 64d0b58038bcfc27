using Brig.EndToEnd.Support;

namespace Brig.EndToEnd.Networks;

/// <summary>A real application in two containers: Debian's PostgreSQL and its client.</summary>
public sealed class PostgresTests(EngineRoot brig) : IClassFixture<EngineRoot>
{
    private const string Archive = "/tmp/brig-test-cache/postgres.tar";
    private const string Serve = "printf 'local all all trust\\nhost all all all trust\\n' > /tmp/hba && exec /usr/lib/postgresql/*/bin/postgres -D $(echo /var/lib/postgresql/*/main) -c config_file=$(echo /etc/postgresql/*/main/postgresql.conf) -c hba_file=/tmp/hba -c ssl=off -c unix_socket_directories=/tmp -c \"listen_addresses=*\"";

    [Fact]
    public void A_client_finds_the_server_by_its_name()
    {
        if (!File.Exists(Archive))
        {
            Host.Shell($"mmdebstrap --variant=minbase --include=postgresql bookworm {Archive}.new.tar && mv {Archive}.new.tar {Archive}", 600);
        }

        brig.Do("import", Archive, "postgres");
        brig.Do("network", "create", "app");
        brig.Do("run", "-d", "--name", "db", "--network", "app", "-u", "postgres", "postgres", "sh", "-c", Serve);
        string Query(string sql) => brig.Try("run", "--rm", "--network", "app", "-u", "postgres", "postgres", "psql", "-h", "db", "-d", "postgres", "-Atc", sql).Line;
        Assert.True(Host.Eventually(() => Query("select 1") == "1", 60), brig.Try("logs", "db").ToString());
        Query("create table t as select generate_series(1, 1000) as n");
        Assert.Equal("500500", Query("select sum(n) from t"));

        // The server's container is another one now, under the same name.
        brig.Do("restart", "-t", "5", "db");
        Assert.True(Host.Eventually(() => Query("select count(*) from t") == "1000", 60), brig.Try("logs", "db").ToString());
        brig.Do("rm", "-f", "db");
        brig.Do("network", "rm", "app");
    }
}
