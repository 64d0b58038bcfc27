using Brig.Cli.Commands.Images;
using Brig.Cli.Flags;
using Brig.Images.ManifestLists;
using Brig.Oci;

namespace Brig.Cli.Commands.Manifests;

internal static class ManifestCreateCommand
{
    public static CommandDefinition Definition =>
        new("create", "MANIFEST_LIST MANIFEST [MANIFEST...]", "Create a local manifest list for annotating and pushing to a registry", RunAsync);

    private static async Task<int> RunAsync(Invocation call)
    {
        BoolFlag amend = call.Flags.Bool("amend", 'a', "Amend an existing manifest list");
        BoolFlag insecure = call.Flags.Bool("insecure", "Allow communication with an insecure registry");
        IReadOnlyList<ImageReference> names = [.. call.Parse(Arity.AtLeast(2)).Select(ImageReference.Parse)];
        using Interruption interruption = new();
        using ManifestAccess access = new(call, insecure.Value ? names : []);
        await access.Lists.CreateAsync(names[0], [.. names.Skip(1)], amend.Value ? ExistingList.Amend : ExistingList.Refuse, interruption.Token);
        call.Output.WriteLine($"Created manifest list {ImageNames.Full(names[0].WithDefaultTag())}");
        return 0;
    }
}
