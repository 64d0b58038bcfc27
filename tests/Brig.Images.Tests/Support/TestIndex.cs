using System.Text;
using Brig.Oci;
using Brig.Oci.Images;

namespace Brig.Images.Tests.Support;

/// <summary>An index of one small image a platform, the first with an attestation, as an OCI layout has it.</summary>
internal sealed class TestIndex
{
    private readonly List<byte[]> _contents = [];

    internal TestIndex(int seed, params string[] platforms)
    {
        List<string> entries = [];
        foreach (string platform in platforms)
        {
            string[] parts = platform.Split('/');
            (byte[] tar, byte[] blob, string type) = TestImage.Gzip(TestTar.Of(("platform", Encoding.UTF8.GetBytes(platform + seed))));
            (byte[] shared, byte[] sharedBlob, _) = TestImage.Gzip(TestTar.Random("shared", 30_000, seed));
            byte[] config = Encoding.UTF8.GetBytes($$"""{"architecture":"{{parts[1]}}","os":"{{parts[0]}}","config":{},"rootfs":{"type":"layers","diff_ids":["{{Digest.Sha256(shared)}}","{{Digest.Sha256(tar)}}"]} }""");
            byte[] manifest = Manifest(MediaTypes.OciConfig, config, [(type, sharedBlob), (type, blob)]);
            _contents.AddRange([blob, sharedBlob, config, manifest]);
            Ids[platform] = Digest.Sha256(config);
            entries.Add($$"""{"mediaType":"{{MediaTypes.OciManifest}}","size":{{manifest.Length}},"digest":"{{Digest.Sha256(manifest)}}","platform":{"architecture":"{{parts[1]}}","os":"{{parts[0]}}"} }""");
            if (entries.Count == 1)
            {
                byte[] statement = Encoding.UTF8.GetBytes($$"""{"_type":"https://in-toto.io/Statement/v0.1","seed":{{seed}} }""");
                byte[] about = """{"architecture":"unknown","os":"unknown","config":{},"rootfs":{"type":"layers","diff_ids":[]} }"""u8.ToArray();
                byte[] attestation = Manifest(MediaTypes.OciConfig, about, [(MediaTypes.InToto, statement)]);
                _contents.AddRange([statement, about, attestation]);
                entries.Add($$"""
                    {"mediaType":"{{MediaTypes.OciManifest}}","size":{{attestation.Length}},"digest":"{{Digest.Sha256(attestation)}}","platform":{"architecture":"unknown","os":"unknown"},
                     "annotations":{"vnd.docker.reference.digest":"{{Digest.Sha256(manifest)}}","vnd.docker.reference.type":"attestation-manifest"} }
                    """);
            }
        }

        // Odd spacing, so that writing it anew would be seen.
        Content = Encoding.UTF8.GetBytes($$"""{ "schemaVersion":2,  "mediaType":"{{MediaTypes.OciIndex}}","manifests":[{{string.Join(" , ", entries)}}] }""");
        _contents.Add(Content);
    }

    internal byte[] Content { get; }

    internal Digest Digest => Digest.Sha256(Content);

    internal Dictionary<string, Digest> Ids { get; } = [];

    /// <summary>Puts it into a registry with skopeo; gives the reference.</summary>
    internal string PutInto(RegistryServer registry, string name)
    {
        DirectoryInfo folder = Directory.CreateTempSubdirectory("brig-index-");
        try
        {
            Directory.CreateDirectory(Path.Combine(folder.FullName, "blobs", "sha256"));
            _contents.ForEach(content => File.WriteAllBytes(Path.Combine(folder.FullName, "blobs", "sha256", Digest.Sha256(content).Hex), content));
            File.WriteAllText(Path.Combine(folder.FullName, "oci-layout"), """{"imageLayoutVersion":"1.0.0"}""");
            File.WriteAllText(Path.Combine(folder.FullName, "index.json"),
                $$"""{"schemaVersion":2,"manifests":[{"mediaType":"{{MediaTypes.OciIndex}}","digest":"{{Digest}}","size":{{Content.Length}},"annotations":{"org.opencontainers.image.ref.name":"x"} } ] }""");
            Tool.Run("skopeo", "copy", "--all", "--preserve-digests", "--dest-tls-verify=false", $"oci:{folder.FullName}:x", $"docker://{registry.Address}/{name}");
            return $"{registry.Address}/{name}";
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    private static byte[] Manifest(string configType, byte[] config, (string Type, byte[] Content)[] layers) => Encoding.UTF8.GetBytes($$"""
        {"schemaVersion":2,"mediaType":"{{MediaTypes.OciManifest}}","config":{"mediaType":"{{configType}}","size":{{config.Length}},"digest":"{{Digest.Sha256(config)}}"},
         "layers":[{{string.Join(',', layers.Select(layer => $$"""{"mediaType":"{{layer.Type}}","size":{{layer.Content.Length}},"digest":"{{Digest.Sha256(layer.Content)}}"}"""))}}] }
        """);
}
