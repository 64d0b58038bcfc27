namespace Brig.State.Tests;

public sealed class DatabaseTests : IDisposable
{
    private readonly StateRoot _root;

    public DatabaseTests()
    {
        string folder = Directory.CreateTempSubdirectory("brig-state-").FullName;
        _root = new StateRoot(folder, folder + "/run");
    }

    public void Dispose() => Directory.Delete(_root.Root, recursive: true);

    [Fact]
    public void What_a_failed_transaction_did_is_undone()
    {
        using Database database = Database.Open(_root);
        Assert.Throws<InvalidOperationException>(() => database.Transaction(() =>
        {
            Add(database, "one");
            throw new InvalidOperationException();
        }));
        database.Transaction(() => Add(database, "two"));
        Assert.Equal(["two"], Names(database));
    }

    [Fact]
    public void Many_connections_write_at_once()
    {
        using (Database.Open(_root))
        {
        }

        Parallel.For(0, 8, writer =>
        {
            using Database database = Database.Open(_root);
            for (int i = 0; i < 50; i++)
            {
                database.Transaction(() => Add(database, $"{writer}-{i}"));
            }
        });
        using Database reader = Database.Open(_root);
        Assert.Equal(400, Names(reader).Count);
    }

    [Fact]
    public void A_query_inside_a_query_of_the_same_text_is_fine()
    {
        using Database database = Database.Open(_root);
        Add(database, "one");
        Add(database, "two");
        Assert.Equal([2, 2], database.Query("SELECT name FROM volumes ORDER BY name", _ => Names(database).Count));
    }

    [Fact]
    public void A_database_of_another_version_is_refused_in_one_line()
    {
        using (Database database = Database.Open(_root))
        {
            database.Execute("PRAGMA user_version = 99");
        }

        BrigException error = Assert.Throws<BrigException>(() => Database.Open(_root));
        Assert.Contains("version 99", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Rubbish_in_its_place_is_refused_in_one_line()
    {
        _root.Create();
        File.WriteAllText(_root.Database, new string('x', 10_000));
        Assert.DoesNotContain('\n', Assert.Throws<BrigException>(() => Database.Open(_root)).Message);
    }

    private static void Add(Database database, string name) => database.Execute("INSERT INTO volumes (name, created, anonymous, labels) VALUES ($name, 0, 0, '{}')", ("$name", name));

    private static List<string> Names(Database database) => database.Query("SELECT name FROM volumes ORDER BY name", row => row.GetString(0));
}
