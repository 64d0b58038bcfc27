using Brig.Cli.Flags;
using Brig.Images.ManifestLists;
using Brig.Oci;

namespace Brig.Cli.Commands.Manifests;

internal static class ManifestAnnotateCommand
{
    public static CommandDefinition Definition =>
        new("annotate", "[OPTIONS] MANIFEST_LIST MANIFEST", "Add additional information to a local image manifest", Run);

    private static int Run(Invocation call)
    {
        StringFlag architecture = call.Flags.String("arch", "Set architecture");
        StringFlag os = call.Flags.String("os", "Set operating system");
        ListFlag features = call.Flags.Strings("os-features", "Set operating system feature");
        StringFlag version = call.Flags.String("os-version", "Set operating system version");
        StringFlag variant = call.Flags.String("variant", "Set architecture variant");
        IReadOnlyList<string> names = call.Parse(Arity.Exactly(2));
        using ManifestAccess access = new(call);
        access.Lists.Annotate(ImageReference.Parse(names[0]), ImageReference.Parse(names[1]), new ManifestChange
        {
            Architecture = Given(architecture), Os = Given(os), OsVersion = Given(version), Variant = Given(variant), OsFeatures = [.. features.Values],
        });
        return 0;
    }

    private static string? Given(StringFlag flag) => flag.Value.Length > 0 ? flag.Value : null;
}
