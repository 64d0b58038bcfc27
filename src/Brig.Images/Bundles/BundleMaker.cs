using System.Text.Json;
using Brig.Images.Content;
using Brig.Oci;
using Brig.Oci.Images;
using Microsoft.Win32.SafeHandles;

namespace Brig.Images.Bundles;

/// <summary>Puts images together with their blobs, packed as asked; the same images give the same digests.</summary>
public sealed class BundleMaker(ImageStore store)
{
    /// <summary>Makes the blobs that are missing. The lease must hold the images' layers; what is made stays for as long as it lives.</summary>
    public ImageBundle Make(IReadOnlyList<BundledImage> images, BundleOptions options, ContentLease lease, CancellationToken token)
    {
        Draft draft = new();
        try
        {
            List<Descriptor> manifests = [], statements = [];
            List<(Image, Descriptor, IReadOnlyList<Digest>)> made = [];
            foreach (BundledImage bundled in images)
            {
                (Descriptor manifest, IReadOnlyList<Digest> layers) = One(draft, bundled.Image, options, lease, token);
                manifests.Add(manifest);
                made.Add((bundled.Image, manifest, layers));
                if (bundled.Attestations.Count > 0)
                {
                    statements.Add(Attest(draft, bundled, manifest));
                }
            }

            Descriptor root = manifests is [var only] && statements.Count == 0 ? only : Index(draft, [.. manifests, .. statements], options);
            return new ImageBundle(root, draft.Blobs, draft.Manifests, made);
        }
        catch
        {
            draft.Blobs.ForEach(blob => blob.File?.Dispose());
            throw;
        }
    }

    /// <summary>A manifest of layers that is no image: its configuration is a document of the caller's type.</summary>
    public ImageBundle MakeArtifact(ReadOnlyMemory<byte> config, string configType, IReadOnlyList<DiffId> layers, BundleOptions options, ContentLease lease, CancellationToken token)
    {
        Draft draft = new();
        try
        {
            ImageManifest manifest = new()
            {
                SchemaVersion = 2,
                MediaType = MediaTypes.OciManifest,
                Config = draft.Document(config, configType),
                Layers = Layers(draft, layers, options, lease, token),
            };
            return new ImageBundle(draft.Manifest(JsonSerializer.SerializeToUtf8Bytes(manifest, ImageJson.Documents.ImageManifest), MediaTypes.OciManifest), draft.Blobs, draft.Manifests, []);
        }
        catch
        {
            draft.Blobs.ForEach(blob => blob.File?.Dispose());
            throw;
        }
    }

    private List<Descriptor> Layers(Draft draft, IReadOnlyList<DiffId> diffIds, BundleOptions options, ContentLease lease, CancellationToken token)
    {
        BlobMaker maker = new(store.Blobs, store.Layers);
        List<Descriptor> layers = [];
        foreach (DiffId layer in diffIds)
        {
            LayerBlob blob = maker.Ensure(layer, options, lease, token);
            Descriptor descriptor = new() { MediaType = TypeOf(blob.MediaType, options), Digest = blob.Digest, Size = blob.Size };
            layers.Add(descriptor);
            if (draft.Digests.Add(blob.Digest))
            {
                SafeFileHandle file = store.Blobs.TryOpen(blob.Digest, blob.Size) ?? throw new BrigException(ErrorKind.Internal, $"blob {blob.Digest.Short} vanished from the store");
                draft.Blobs.Add(new BundleBlob(descriptor, null, file));
            }
        }

        return layers;
    }

    private (Descriptor Manifest, IReadOnlyList<Digest> Layers) One(Draft draft, Image image, BundleOptions options, ContentLease lease, CancellationToken token)
    {
        List<Descriptor> layers = Layers(draft, image.Layers, options, lease, token);
        Descriptor config = draft.Document(image.ConfigBytes, options.DockerTypes ? MediaTypes.DockerConfig : MediaTypes.OciConfig);
        ImageManifest manifest = new()
        {
            SchemaVersion = 2,
            MediaType = options.DockerTypes ? MediaTypes.DockerManifest : MediaTypes.OciManifest,
            Config = config,
            Layers = layers,
            Annotations = Sorted(options.Annotations),
        };
        Descriptor described = draft.Manifest(JsonSerializer.SerializeToUtf8Bytes(manifest, ImageJson.Documents.ImageManifest), manifest.MediaType);
        return (described with { Platform = new Platform { Architecture = image.Config.Architecture, Os = image.Config.Os, Variant = image.Config.Variant } }, [.. layers.Select(layer => layer.Digest)]);
    }

    // As BuildKit attaches them: a manifest of its own for no platform, whose layers are the statements.
    private static Descriptor Attest(Draft draft, BundledImage bundled, Descriptor manifest)
    {
        List<Descriptor> layers = [];
        List<DiffId> diffIds = [];
        foreach (Attestation attestation in bundled.Attestations)
        {
            byte[] statement = attestation.Statement(manifest.Digest);
            layers.Add(draft.Document(statement, MediaTypes.InToto) with { Annotations = new SortedDictionary<string, string>(StringComparer.Ordinal) { ["in-toto.io/predicate-type"] = attestation.PredicateType } });
            diffIds.Add(new DiffId(Digest.Sha256(statement)));
        }

        ImageConfig config = new() { Architecture = "unknown", Os = "unknown", Config = new ExecutionConfig(), RootFs = new RootFilesystem { Type = "layers", DiffIds = diffIds } };
        ImageManifest own = new()
        {
            SchemaVersion = 2,
            MediaType = MediaTypes.OciManifest,
            Config = draft.Document(JsonSerializer.SerializeToUtf8Bytes(config, ImageJson.Documents.ImageConfig), MediaTypes.OciConfig),
            Layers = layers,
        };
        return draft.Manifest(JsonSerializer.SerializeToUtf8Bytes(own, ImageJson.Documents.ImageManifest), MediaTypes.OciManifest) with
        {
            Platform = new Platform { Architecture = "unknown", Os = "unknown" },
            Annotations = new SortedDictionary<string, string>(StringComparer.Ordinal)
            {
                ["vnd.docker.reference.digest"] = manifest.Digest.Value,
                ["vnd.docker.reference.type"] = "attestation-manifest",
            },
        };
    }

    private static Descriptor Index(Draft draft, IReadOnlyList<Descriptor> manifests, BundleOptions options)
    {
        string type = options.DockerTypes ? MediaTypes.DockerList : MediaTypes.OciIndex;
        ImageIndex index = new() { SchemaVersion = 2, MediaType = type, Manifests = manifests, Annotations = Sorted(options.IndexAnnotations) };
        return draft.Manifest(JsonSerializer.SerializeToUtf8Bytes(index, ImageJson.Documents.ImageIndex), type);
    }

    private static SortedDictionary<string, string>? Sorted(IReadOnlyDictionary<string, string> annotations) =>
        annotations.Count == 0 ? null : new SortedDictionary<string, string>(annotations.ToDictionary(), StringComparer.Ordinal);

    private static string TypeOf(string type, BundleOptions options) => (type, options.DockerTypes) switch
    {
        (MediaTypes.DockerLayerGzip or MediaTypes.DockerForeignLayerGzip, false) => MediaTypes.OciLayerGzip,
        (MediaTypes.DockerLayer, false) => MediaTypes.OciLayer,
        (MediaTypes.OciLayerGzip, true) => MediaTypes.DockerLayerGzip,
        (MediaTypes.OciLayer, true) => MediaTypes.DockerLayer,
        _ => type,
    };

    private sealed class Draft
    {
        internal List<BundleBlob> Blobs { get; } = [];

        internal List<BundleBlob> Manifests { get; } = [];

        internal HashSet<Digest> Digests { get; } = [];

        internal Descriptor Document(ReadOnlyMemory<byte> content, string type)
        {
            Descriptor descriptor = new() { MediaType = type, Digest = Digest.Sha256(content.Span), Size = content.Length };
            if (Digests.Add(descriptor.Digest))
            {
                Blobs.Add(new BundleBlob(descriptor, content, null));
            }

            return descriptor;
        }

        internal Descriptor Manifest(byte[] content, string type)
        {
            Descriptor descriptor = new() { MediaType = type, Digest = Digest.Sha256(content), Size = content.Length };
            Manifests.Add(new BundleBlob(descriptor, content, null));
            return descriptor;
        }
    }
}
