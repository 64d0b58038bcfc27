using Brig.Cli.Flags;
using Brig.Containers;
using Brig.Oci;

namespace Brig.Cli.Commands.Images;

internal static class TagCommand
{
    public static CommandDefinition Definition =>
        new("tag", "SOURCE_IMAGE[:TAG] TARGET_IMAGE[:TAG]", "Create a tag TARGET_IMAGE that refers to SOURCE_IMAGE", Run);

    private static int Run(Invocation call)
    {
        IReadOnlyList<string> names = call.Parse(Arity.Exactly(2));
        ImageReference target = ImageReference.TryParse(names[1], out ImageReference? parsed)
            ? parsed
            : throw BrigException.Invalid($"Error parsing reference: \"{Oci.Text.Quote(names[1])}\" is not a valid repository/tag: invalid reference format");
        using Engine engine = Engines.Open(call);
        engine.Images.Tag(names[0], target);
        return 0;
    }
}
