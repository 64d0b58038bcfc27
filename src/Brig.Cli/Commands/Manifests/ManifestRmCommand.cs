using Brig.Cli.Flags;
using Brig.Oci;

namespace Brig.Cli.Commands.Manifests;

internal static class ManifestRmCommand
{
    public static CommandDefinition Definition => new("rm", "MANIFEST_LIST [MANIFEST_LIST...]", "Delete one or more manifest lists from local storage", Run);

    private static int Run(Invocation call)
    {
        IReadOnlyList<string> names = call.Parse(Arity.AtLeast(1));
        using ManifestAccess access = new(call);
        return EachArgument.Run(call, names, name => access.Lists.Remove(ImageReference.Parse(name)));
    }
}
