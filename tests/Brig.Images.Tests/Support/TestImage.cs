using System.Text;
using Brig.Oci;
using Brig.Oci.Images;

namespace Brig.Images.Tests.Support;

/// <summary>An image as a registry has it, made by hand so that each part can be wrong.</summary>
internal sealed class TestImage
{
    internal TestImage(params (byte[] Tar, byte[] Blob, string MediaType)[] layers)
    {
        Layers = layers;
        string diffs = string.Join(',', layers.Select(layer => $"\"{Digest.Sha256(layer.Tar)}\""));

        // Odd spacing, an unknown member and a plus sign: none of it survives being written anew.
        Config = Encoding.UTF8.GetBytes($$"""
            { "architecture":"amd64",  "os":"linux", "created":"2024-01-02T03:04:05.678901234Z", "x-unknown":{"a+b":[1]},
              "config":{"Cmd":["/bin/sh"],"Env":["A=b+c"]},
              "rootfs":{"type":"layers","diff_ids":[{{diffs}}]},
              "history":[{"created":"2024-01-02T03:04:05Z","created_by":"ADD x"},{"created_by":"CMD [\"/bin/sh\"]","empty_layer":true}] }
            """);
        string blobs = string.Join(',', layers.Select(layer => $$"""{"mediaType":"{{layer.MediaType}}","size":{{layer.Blob.Length}},"digest":"{{Digest.Sha256(layer.Blob)}}"}"""));
        Manifest = Encoding.UTF8.GetBytes($$"""
            {"schemaVersion":2, "mediaType":"{{MediaTypes.OciManifest}}",
             "config":{"mediaType":"{{MediaTypes.OciConfig}}","size":{{Config.Length}},"digest":"{{Id}}"},
             "layers":[{{blobs}}]}
            """);
    }

    internal (byte[] Tar, byte[] Blob, string MediaType)[] Layers { get; }

    internal byte[] Config { get; }

    internal byte[] Manifest { get; set; }

    internal Digest Id => Digest.Sha256(Config);

    internal Digest ManifestDigest => Digest.Sha256(Manifest);

    internal static (byte[] Tar, byte[] Blob, string MediaType) Gzip(byte[] tar) => (tar, TestTar.Gzip(tar), MediaTypes.OciLayerGzip);

    internal static TestImage Small(int seed = 1) => new(Gzip(TestTar.Random("a", 100_000, seed)), Gzip(TestTar.Of(("etc/name", Encoding.UTF8.GetBytes($"image {seed}")))));

    /// <summary>Writes the image as an OCI layout for skopeo; gives the folder.</summary>
    internal string WriteLayout(string folder)
    {
        string blobs = Path.Combine(folder, "blobs", "sha256");
        Directory.CreateDirectory(blobs);
        foreach (byte[] content in Layers.Select(layer => layer.Blob).Append(Config).Append(Manifest))
        {
            File.WriteAllBytes(Path.Combine(blobs, Digest.Sha256(content).Hex), content);
        }

        File.WriteAllText(Path.Combine(folder, "oci-layout"), """{"imageLayoutVersion":"1.0.0"}""");
        File.WriteAllText(Path.Combine(folder, "index.json"),
            $$"""{"schemaVersion":2,"manifests":[{"mediaType":"{{MediaTypes.OciManifest}}","digest":"{{ManifestDigest}}","size":{{Manifest.Length}},"annotations":{"org.opencontainers.image.ref.name":"x"} } ] }""");
        return folder;
    }
}
