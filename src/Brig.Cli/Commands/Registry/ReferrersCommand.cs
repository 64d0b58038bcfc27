using System.Globalization;
using Brig.Cli.Commands.Images;
using Brig.Cli.Flags;
using Brig.Cli.Tables;
using Brig.Images.Registry;
using Brig.Oci.Images;

namespace Brig.Cli.Commands.Registry;

internal static class ReferrersCommand
{
    public static CommandDefinition Definition => new("referrers", "[OPTIONS] NAME[:TAG|@DIGEST]", "List what refers to an image at its registry: signatures, bills of materials", RunAsync);

    private static async Task<int> RunAsync(Invocation call)
    {
        StringFlag type = call.Flags.String("artifact-type", "Show only this type");
        StringFlag format = call.Flags.String("format", ListFlags.FormatUsage);
        string name = call.Parse(Arity.Exactly(1))[0];
        using Interruption interruption = new();
        using Registries registries = RegistryAccess.Open(call);
        IReadOnlyList<Descriptor> found = await new RepositoryContents(registries).ReferrersAsync(registries.Candidates(name)[0], type.Value.Length > 0 ? type.Value : null, interruption.Token);
        s_format.Write(call.Output, found, format.Value, ListDetail.Full);
        return 0;
    }

    private static readonly ListFormat<Descriptor> s_format = new(
        "*formatter.referrerContext",
        [
            new("Digest", "DIGEST", manifest => manifest.Digest.ToString()),
            new("ArtifactType", "ARTIFACT TYPE", manifest => manifest.ArtifactType ?? ""),
            new("MediaType", "MEDIA TYPE", manifest => manifest.MediaType),
            new("Size", "SIZE", manifest => manifest.Size.ToString(CultureInfo.InvariantCulture)),
        ],
        "{{.Digest}}\t{{.ArtifactType}}\t{{.Size}}",
        "{{.Digest}}");
}
