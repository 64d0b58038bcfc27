using Brig.Oci;
using Brig.Oci.Images;
using Brig.State;

namespace Brig.Images;

/// <summary>The rows of images, their names, manifests and users. Callers wrap what belongs together in one transaction.</summary>
internal sealed class ImageTable(Database database, TimeProvider time)
{
    private const string Columns = """
        SELECT i.id, i.config, i.size, i.made, i.removed,
            (SELECT group_concat(name, ' ') FROM image_tags WHERE image = i.id),
            (SELECT group_concat(repository || '@' || digest, ' ') FROM image_digests WHERE image = i.id),
            i.artifact, (SELECT max(tagged) FROM image_tags WHERE image = i.id)
        FROM images i
        """;

    internal Image? ByTag(string name) =>
        One($"{Columns} WHERE i.id = (SELECT image FROM image_tags WHERE name = $name)", ("$name", name));

    internal Image? ByDigest(string repository, Digest digest) =>
        One($"{Columns} WHERE i.id = (SELECT image FROM image_digests WHERE repository = $repository AND digest = $digest)", ("$repository", repository), ("$digest", digest.Value));

    internal Image? ById(Digest id) => One($"{Columns} WHERE i.id = $id", ("$id", id.Value));

    /// <summary>At most two images, none of them hidden, whose ID begins with the hex digits.</summary>
    internal List<Image> ByPrefix(string hex) =>
        database.Query($"{Columns} WHERE i.id >= $from AND i.id < $to AND i.removed = 0 LIMIT 2", Read, ("$from", "sha256:" + hex), ("$to", "sha256:" + hex + "g"));

    internal List<Image> All() => database.Query($"{Columns} WHERE i.removed = 0 ORDER BY i.made DESC, i.id", Read);

    internal List<Image> AllHidden() => database.Query($"{Columns} WHERE i.removed = 1", Read);

    /// <summary>Adds an image, hidden where it is new; one that is there stays as it is.</summary>
    internal void Insert(Digest id, ReadOnlyMemory<byte> content, ImageConfig config, long size, DateTimeOffset now)
    {
        int added = database.Execute(
            "INSERT INTO images (id, config, size, made, created, removed) VALUES ($id, $config, $size, $made, $created, 1) ON CONFLICT DO NOTHING",
            ("$id", id.Value), ("$config", content.ToArray()), ("$size", size), ("$made", config.Created?.UtcTicks), ("$created", now.ToUnixTimeMilliseconds()));
        if (added == 0)
        {
            return;
        }

        SetLayers(id, config.RootFs.DiffIds);
    }

    /// <summary>Adds an artifact, hidden where it is new; one that is there stays as it is.</summary>
    internal void InsertArtifact(StoredManifest manifest, string type, IReadOnlyCollection<Descriptor> blobs, DateTimeOffset? made)
    {
        int added = database.Execute(
            "INSERT INTO images (id, config, artifact, size, made, created, removed) VALUES ($id, $config, $artifact, $size, $made, $created, 1) ON CONFLICT DO NOTHING",
            ("$id", manifest.Digest.Value), ("$config", manifest.Content.ToArray()), ("$artifact", type), ("$size", blobs.Sum(blob => blob.Size)), ("$made", made?.UtcTicks), ("$created", time.GetUtcNow().ToUnixTimeMilliseconds()));
        foreach (Descriptor blob in added == 0 ? [] : blobs)
        {
            database.Execute("INSERT INTO artifact_blobs (image, digest, size) VALUES ($image, $digest, $size) ON CONFLICT DO NOTHING",
                ("$image", manifest.Digest.Value), ("$digest", blob.Digest.Value), ("$size", blob.Size));
        }
    }

    /// <summary>The blobs of artifacts, of one or of all, each with its size.</summary>
    internal List<(Digest Image, Digest Blob, long Size)> ArtifactBlobs(Digest? image = null) => database.Query("SELECT image, digest, size FROM artifact_blobs WHERE $image IS NULL OR image = $image ORDER BY digest",
        row => (Digest.Parse(row.GetString(0)), Digest.Parse(row.GetString(1)), row.GetInt64(2)), ("$image", image?.Value));

    /// <summary>The layers and blobs that an image is made of.</summary>
    internal List<Digest> ContentOf(Image image) => [.. image.Layers.Select(layer => layer.Digest), .. image.ArtifactType is null ? [] : ArtifactBlobs(image.Id).Select(blob => blob.Blob)];

    /// <summary>The image or artifact that has this manifest.</summary>
    internal Image? ByManifest(Digest manifest) => One($"{Columns} WHERE i.id = (SELECT image FROM image_manifests WHERE digest = $digest)", ("$digest", manifest.Value));

    /// <summary>Says which layers an image holds, lowest first.</summary>
    internal void SetLayers(Digest id, IReadOnlyList<DiffId> layers)
    {
        database.Execute("DELETE FROM image_layers WHERE image = $image", ("$image", id.Value));
        for (int i = 0; i < layers.Count; i++)
        {
            database.Execute("INSERT INTO image_layers (image, position, diff_id) VALUES ($image, $position, $diff)", ("$image", id.Value), ("$position", i), ("$diff", layers[i].ToString()));
        }
    }

    internal void Show(Digest id) => database.Execute("UPDATE images SET removed = 0 WHERE id = $id AND removed = 1", ("$id", id.Value));

    internal void Hide(Digest id) => database.Execute("UPDATE images SET removed = 1 WHERE id = $id", ("$id", id.Value));

    /// <summary>Gives an image a tag; an index that had it has it no longer.</summary>
    internal void SetTag(string name, Digest image)
    {
        database.Execute("INSERT INTO image_tags (name, image, tagged) VALUES ($name, $image, $now) ON CONFLICT (name) DO UPDATE SET image = $image, tagged = $now",
            ("$name", name), ("$image", image.Value), ("$now", time.GetUtcNow().ToUnixTimeMilliseconds()));
        database.Execute("DELETE FROM image_index_names WHERE name = $name", ("$name", name));
    }

    internal void SetDigest(string repository, Digest digest, Digest image) =>
        database.Execute("INSERT INTO image_digests (repository, digest, image) VALUES ($repository, $digest, $image) ON CONFLICT DO UPDATE SET image = $image",
            ("$repository", repository), ("$digest", digest.Value), ("$image", image.Value));

    /// <summary>Removes one name, a tag's or a digest's.</summary>
    internal void Forget(ImageReference name)
    {
        if (name.Digest is { } digest)
        {
            database.Execute("DELETE FROM image_digests WHERE repository = $repository AND digest = $digest", ("$repository", name.Name), ("$digest", digest.Value));
        }
        else
        {
            database.Execute("DELETE FROM image_tags WHERE name = $name", ("$name", Key(name)));
        }

        database.Execute("DELETE FROM image_index_names WHERE name = $name", ("$name", Key(name)));
    }

    internal void SetManifest(Digest digest, string mediaType, ReadOnlyMemory<byte> content, Digest image) =>
        database.Execute("INSERT INTO image_manifests (digest, image, media_type, content) VALUES ($digest, $image, $type, $content) ON CONFLICT DO NOTHING",
            ("$digest", digest.Value), ("$image", image.Value), ("$type", mediaType), ("$content", content.ToArray()));

    /// <summary>The repositories of a registry in which an image with this blob's layer was pulled or pushed.</summary>
    internal List<string> RepositoriesWith(Digest blob, string registry) => database.Query("""
        SELECT d.repository FROM layer_blobs b JOIN image_layers l ON l.diff_id = b.diff_id JOIN image_digests d ON d.image = l.image
        WHERE b.digest = $blob AND substr(d.repository, 1, length($prefix)) = $prefix
        UNION SELECT d.repository FROM artifact_blobs b JOIN image_digests d ON d.image = b.image
        WHERE b.digest = $blob AND substr(d.repository, 1, length($prefix)) = $prefix ORDER BY 1
        """, row => row.GetString(0), ("$blob", blob.Value), ("$prefix", registry + "/"));

    /// <summary>Makes a manifest the image's only one.</summary>
    internal void ReplaceManifests(Digest image, StoredManifest manifest)
    {
        database.Execute("DELETE FROM image_manifests WHERE image = $image", ("$image", image.Value));
        SetManifest(manifest.Digest, manifest.MediaType, manifest.Content, image);
    }

    internal List<StoredManifest> Manifests(Digest image) =>
        database.Query("SELECT digest, media_type, content FROM image_manifests WHERE image = $image ORDER BY rowid",
            row => new StoredManifest(Digest.Parse(row.GetString(0)), row.GetString(1), row.GetBytes(2)), ("$image", image.Value));

    internal List<string> Users(Digest image) =>
        database.Query("SELECT user FROM image_uses WHERE image = $image ORDER BY user", row => row.GetString(0), ("$image", image.Value));

    internal void AddUse(string user, Digest image) =>
        database.Execute("INSERT INTO image_uses (user, image) VALUES ($user, $image) ON CONFLICT DO NOTHING", ("$user", user), ("$image", image.Value));

    internal void EndUse(string user, Digest image) => database.Execute("DELETE FROM image_uses WHERE user = $user AND image = $image", ("$user", user), ("$image", image.Value));

    /// <summary>Ends all uses of a user; gives the images that are now hidden and without any.</summary>
    internal List<Digest> EndUses(string user)
    {
        List<Digest> images = database.Query("SELECT image FROM image_uses WHERE user = $user", row => Digest.Parse(row.GetString(0)), ("$user", user));
        database.Execute("DELETE FROM image_uses WHERE user = $user", ("$user", user));
        return [.. images.Where(image => ById(image) is { IsHidden: true } && Users(image).Count == 0)];
    }

    /// <summary>Removes the image's row and all that belongs to it.</summary>
    internal void Delete(Digest id)
    {
        foreach (string table in (ReadOnlySpan<string>)["image_layers", "image_tags", "image_digests", "image_manifests", "image_uses", "artifact_blobs"])
        {
            database.Execute($"DELETE FROM {table} WHERE image = $id", ("$id", id.Value));
        }

        database.Execute("DELETE FROM images WHERE id = $id", ("$id", id.Value));
    }

    /// <summary>The text under which a tag is stored, or a name with a digest.</summary>
    internal static string Key(ImageReference name) => name.Digest is { } digest ? $"{name.Name}@{digest}" : $"{name.Name}:{name.Tag}";

    private Image? One(string sql, params ReadOnlySpan<(string Name, object? Value)> parameters) =>
        database.Query(sql, Read, parameters) is [Image image, ..] ? image : null;

    private static Image Read(Row row) => new()
    {
        Id = Digest.Parse(row.GetString(0)),
        ConfigBytes = row.GetBytes(1),
        Size = row.GetInt64(2),
        Created = row.IsNull(3) ? null : new DateTimeOffset(row.GetInt64(3), TimeSpan.Zero),
        IsHidden = row.GetInt64(4) != 0,
        Tags = Names(row, 5),
        Digests = Names(row, 6),
        ArtifactType = row.GetString(7) is { Length: > 0 } type ? type : null,
        Tagged = row.IsNull(8) ? null : DateTimeOffset.FromUnixTimeMilliseconds(row.GetInt64(8)),
    };

    private static List<ImageReference> Names(Row row, int column)
    {
        if (row.IsNull(column))
        {
            return [];
        }

        string[] names = row.GetString(column).Split(' ');
        Array.Sort(names, StringComparer.Ordinal);
        return [.. names.Select(ImageReference.Parse)];
    }
}
