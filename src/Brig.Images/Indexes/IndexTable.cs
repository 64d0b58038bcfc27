using Brig.Oci;
using Brig.State;

namespace Brig.Images.Indexes;

/// <summary>The rows of indexes and their names. An index is there for as long as it has a name; what it names has the use <c>index:DIGEST</c>.</summary>
internal sealed class IndexTable(Database database)
{
    internal const string UserPrefix = "index:";

    internal StoredIndex? ByName(string name) => One("WHERE digest = (SELECT image_index FROM image_index_names WHERE name = $key)", name);

    internal StoredIndex? ByDigest(Digest digest) => One("WHERE digest = $key", digest.Value);

    internal List<StoredIndex> All() => Query("");

    internal void Set(StoredIndex index) => database.Execute("INSERT INTO image_indexes (digest, media_type, content) VALUES ($digest, $type, $content) ON CONFLICT DO NOTHING",
        ("$digest", index.Digest.Value), ("$type", index.MediaType), ("$content", index.Content.ToArray()));

    internal void SetName(ImageReference name, Digest index) => database.Execute("INSERT INTO image_index_names (name, image_index) VALUES ($name, $index) ON CONFLICT DO UPDATE SET image_index = $index",
        ("$name", ImageTable.Key(name)), ("$index", index.Value));

    /// <summary>Removes the indexes that have no name any more; gives the users that they were.</summary>
    internal List<string> EndNameless()
    {
        const string Nameless = "digest NOT IN (SELECT image_index FROM image_index_names)";
        List<string> users = database.Query($"SELECT digest FROM image_indexes WHERE {Nameless}", row => UserPrefix + row.GetString(0));
        if (users.Count > 0)
        {
            database.Execute($"DELETE FROM image_indexes WHERE {Nameless}");
        }

        return users;
    }

    /// <summary>Whether a user of images is an index.</summary>
    internal static bool IsIndex(string user) => user.StartsWith(UserPrefix, StringComparison.Ordinal);

    private StoredIndex? One(string where, string key) => Query(where, ("$key", key)) is [var index, ..] ? index : null;

    private List<StoredIndex> Query(string where, params ReadOnlySpan<(string Name, object? Value)> parameters) => database.Query($"SELECT digest, media_type, content FROM image_indexes {where} ORDER BY digest",
        row => new StoredIndex(Digest.Parse(row.GetString(0)), row.GetString(1), row.GetBytes(2)), parameters);
}
