namespace Brig.State;

/// <summary>Tables of Brig.Images.</summary>
internal static class ImagesSchema
{
    internal const string Tables = """
        CREATE TABLE images (
            id TEXT PRIMARY KEY,           -- digest of the configuration; an artifact's of its manifest
            config BLOB NOT NULL,          -- the configuration as it came; an artifact's manifest
            artifact TEXT NOT NULL DEFAULT '', -- what is in it where it is no image: a media type
            size INTEGER NOT NULL,         -- bytes of its unpacked layers, of an artifact's blobs
            made INTEGER,                  -- the configuration's "created", UTC ticks of 100 ns
            created INTEGER NOT NULL,      -- when it was stored, Unix milliseconds
            removed INTEGER NOT NULL DEFAULT 0 -- 1: in no list any more (or never was), kept for those in image_uses
        );
        CREATE TABLE image_layers (
            image TEXT NOT NULL REFERENCES images(id),
            position INTEGER NOT NULL,
            diff_id TEXT NOT NULL,
            PRIMARY KEY (image, position)
        ) WITHOUT ROWID;
        CREATE INDEX image_layers_diff_id ON image_layers (diff_id);
        CREATE TABLE image_tags (
            name TEXT PRIMARY KEY,         -- docker.io/library/debian:12
            image TEXT NOT NULL REFERENCES images(id),
            tagged INTEGER NOT NULL DEFAULT 0 -- Unix milliseconds
        ) WITHOUT ROWID;
        CREATE INDEX image_tags_image ON image_tags (image);
        CREATE TABLE image_digests (
            repository TEXT NOT NULL,      -- docker.io/library/debian
            digest TEXT NOT NULL,          -- of the manifest or index under which it was pulled or pushed
            image TEXT NOT NULL REFERENCES images(id),
            PRIMARY KEY (repository, digest)
        ) WITHOUT ROWID;
        CREATE INDEX image_digests_image ON image_digests (image);
        CREATE TABLE image_manifests (
            digest TEXT PRIMARY KEY,
            image TEXT NOT NULL REFERENCES images(id),
            media_type TEXT NOT NULL,
            content BLOB NOT NULL          -- as it came, or as it was pushed
        );
        CREATE INDEX image_manifests_image ON image_manifests (image);
        CREATE TABLE image_uses (
            user TEXT NOT NULL,            -- container:ID, build:LEASE, cache:KEY, index:DIGEST
            image TEXT NOT NULL REFERENCES images(id),
            PRIMARY KEY (user, image)
        ) WITHOUT ROWID;
        CREATE INDEX image_uses_image ON image_uses (image);
        CREATE TABLE layer_blobs (
            digest TEXT PRIMARY KEY,       -- blobs/sha256/HEX: the layer as a registry has it
            diff_id TEXT NOT NULL,
            size INTEGER NOT NULL,
            media_type TEXT NOT NULL
        ) WITHOUT ROWID;
        CREATE INDEX layer_blobs_diff_id ON layer_blobs (diff_id);
        CREATE TABLE artifact_blobs (
            image TEXT NOT NULL REFERENCES images(id),
            digest TEXT NOT NULL,          -- blobs/sha256/HEX, kept as it came
            size INTEGER NOT NULL,
            PRIMARY KEY (image, digest)
        ) WITHOUT ROWID;
        CREATE INDEX artifact_blobs_digest ON artifact_blobs (digest);
        CREATE TABLE image_indexes (
            digest TEXT PRIMARY KEY,       -- an index of images for several platforms; those of them that are here have the use index:DIGEST
            media_type TEXT NOT NULL,
            content BLOB NOT NULL          -- as it came, or as it was built
        );
        CREATE TABLE image_index_names (
            name TEXT PRIMARY KEY,         -- docker.io/library/debian:12 or docker.io/library/debian@sha256:…, which one image of it has too
            image_index TEXT NOT NULL REFERENCES image_indexes(digest)
        ) WITHOUT ROWID;
        CREATE TABLE content_leases (
            lease TEXT NOT NULL,           -- staging/LEASE, locked for as long as its maker lives
            digest TEXT NOT NULL,          -- a diff ID or a blob that must stay meanwhile
            PRIMARY KEY (lease, digest)
        ) WITHOUT ROWID;
        CREATE INDEX content_leases_digest ON content_leases (digest);
        CREATE TABLE manifest_lists (
            list TEXT NOT NULL,            -- docker.io/library/app:1, put together here to be pushed
            image TEXT NOT NULL,           -- a reference at the same registry
            descriptor BLOB NOT NULL,      -- JSON: what the list says of it
            content BLOB NOT NULL,         -- its manifest as it came
            PRIMARY KEY (list, image)
        );
        CREATE TABLE kept_content (
            digest TEXT PRIMARY KEY,       -- a diff ID or a blob of a pull that did not end: the next one goes on with it
            until INTEGER NOT NULL         -- Unix milliseconds; then it goes unless an image or a lease has it
        ) WITHOUT ROWID;

        """;
}
