using System.Text.Json;
using Brig.Cli.Commands.Images;
using Brig.Cli.Flags;
using Brig.Cli.Text;
using Brig.Images.ManifestLists;
using Brig.Oci;
using Brig.Oci.Images;

namespace Brig.Cli.Commands.Manifests;

internal static class ManifestInspectCommand
{
    private const string OfManifest = "\t", OfList = "   ";

    public static CommandDefinition Definition =>
        new("inspect", "[OPTIONS] [MANIFEST_LIST] MANIFEST", "Display an image manifest, or manifest list", RunAsync);

    private static async Task<int> RunAsync(Invocation call)
    {
        BoolFlag insecure = call.Flags.Bool("insecure", "Allow communication with an insecure registry");
        BoolFlag verbose = call.Flags.Bool("verbose", 'v', "Output additional info including layers and platform");
        IReadOnlyList<ImageReference> names = [.. call.Parse(Arity.Between(1, 2)).Select(ImageReference.Parse)];
        using Interruption interruption = new();
        using ManifestAccess access = new(call, insecure.Value ? names : []);
        if (names.Count == 2)
        {
            ManifestListEntry entry = access.Lists.Find(names[0], names[1]);
            call.Output.WriteLine(verbose.Value ? Detailed([entry], isList: false) : JsonText.Indent(entry.Content, OfManifest));
            return 0;
        }

        IReadOnlyList<ManifestListEntry> local = names[0].Digest is null ? access.Lists.Find(names[0]) : [];
        call.Output.WriteLine(local.Count > 0
            ? verbose.Value ? Detailed(local, isList: true) : JsonText.Indent(ManifestLists.Compose(local), OfList)
            : access.Lists.FindStored(names[0].WithDefaultTag()) is { } stored && !verbose.Value ? JsonText.Indent(stored.Content, MediaTypes.IsIndex(stored.MediaType) ? OfList : OfManifest)
            : await RemoteAsync(access.Lists, names[0].WithDefaultTag(), verbose.Value, interruption.Token));
        return 0;
    }

    private static async Task<string> RemoteAsync(ManifestLists lists, ImageReference reference, bool verbose, CancellationToken token)
    {
        (ReadOnlyMemory<byte> content, string type) = await lists.FetchRawAsync(reference, token);
        bool isList = MediaTypes.IsIndex(type);
        if (!verbose)
        {
            return JsonText.Indent(content, isList ? OfList : OfManifest);
        }

        if (!isList)
        {
            return Detailed([await lists.FetchAsync(reference, token)], isList: false);
        }

        List<ManifestListEntry> entries = [];
        foreach (Descriptor manifest in ImageDocuments.ParseIndex(content.Span).Manifests.Where(manifest => MediaTypes.IsManifest(manifest.MediaType)))
        {
            ManifestListEntry entry = await lists.FetchAsync(reference.WithDigest(manifest.Digest), token);
            entries.Add(entry with { Descriptor = manifest });
        }

        return Detailed(entries, isList: true);
    }

    private static string Detailed(IReadOnlyList<ManifestListEntry> entries, bool isList) => JsonText.Write(OfManifest, writer =>
    {
        if (isList)
        {
            writer.WriteStartArray();
        }

        foreach (ManifestListEntry entry in entries)
        {
            writer.WriteStartObject();
            writer.WriteString("Ref", ImageNames.Full(entry.Image));
            writer.WritePropertyName("Descriptor");
            JsonSerializer.Serialize(writer, entry.Descriptor, ImageJson.Documents.Descriptor);
            writer.WriteBase64String("Raw", entry.Content.Span);
            writer.WritePropertyName(entry.Descriptor.MediaType == MediaTypes.DockerManifest ? "SchemaV2Manifest" : "OCIManifest");
            using JsonDocument manifest = JsonDocument.Parse(entry.Content);
            manifest.RootElement.WriteTo(writer);
            writer.WriteEndObject();
        }

        if (isList)
        {
            writer.WriteEndArray();
        }
    });
}
