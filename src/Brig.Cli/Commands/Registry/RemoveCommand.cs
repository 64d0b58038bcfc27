using Brig.Cli.Commands.Images;
using Brig.Cli.Flags;
using Brig.Images.Registry;
using Brig.Oci;

namespace Brig.Cli.Commands.Registry;

internal static class RemoveCommand
{
    public static CommandDefinition Definition => new("rm", "NAME:TAG|NAME@DIGEST [NAME:TAG|NAME@DIGEST...]", "Remove images from their registry", Run)
    {
        Description = "Remove images from their registry: the tag where the registry can remove tags, else the manifest with all its tags",
        Aliases = ["remove"],
    };

    private static int Run(Invocation call)
    {
        IReadOnlyList<string> names = call.Parse(Arity.AtLeast(1));
        using Interruption interruption = new();
        using Registries registries = RegistryAccess.Open(call);
        return EachArgument.Run(call, names, name =>
        {
            ImageReference image = ImageReference.Parse(name);
            string removed = image is { Tag: null, Digest: null }
                ? throw BrigException.Invalid($"{image}: which one? (NAME:TAG or NAME@DIGEST)")
                : new RepositoryContents(registries).RemoveAsync(image, interruption.Token).GetAwaiter().GetResult();
            call.Output.WriteLine($"Deleted: {image.FamiliarName}{(removed.Contains(':', StringComparison.Ordinal) ? "@" : ":")}{removed}");
        });
    }
}
