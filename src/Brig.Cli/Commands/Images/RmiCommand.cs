using Brig.Cli.Flags;
using Brig.Containers;
using Brig.Images;
using Brig.Oci;

namespace Brig.Cli.Commands.Images;

internal static class RmiCommand
{
    public static CommandDefinition Definition => new("rmi", "[OPTIONS] IMAGE [IMAGE...]", "Remove one or more images", Run);

    private static int Run(Invocation call)
    {
        BoolFlag force = call.Flags.Bool("force", 'f', "Force removal of the image");
        call.Flags.Bool("no-prune", "Do not delete untagged parents");
        ListFlag platforms = call.Flags.Strings("platform", "Remove only the given platform variant. Formatted as \"os[/arch[/variant]]\" (e.g., \"linux/amd64\")");
        IReadOnlyList<string> names = call.Parse(Arity.AtLeast(1));
        using Engine engine = Engines.Open(call);
        HashSet<string> running = [.. engine.Containers().Where(container => container.Status == ContainerStatus.Running).Select(container => container.Id.Value)];
        RemovalOptions options = new() { Force = force.Value, IsRunning = running.Contains };
        return EachArgument.Run(call, names, name =>
        {
            try
            {
                List<Image> those = [.. platforms.Values.Select(platform => ImagePlatforms.Get(engine.Images, name, PlatformChoice.Parse(platform)))];
                IReadOnlyList<RemovedItem> items = those.Count > 0 && engine.Images.FindIndex(name) is { } index ? engine.Images.RemoveFrom(index, those) : engine.Images.Remove(name, options);
                foreach (RemovedItem item in items)
                {
                    call.Output.WriteLine(item);
                }
            }
            catch (BrigException missing) when (force.Value && missing.Kind == ErrorKind.NotFound)
            {
                // By force, what is not there is as good as removed.
                call.Output.Flush();
                call.Error.WriteLine("brig: " + missing.Message);
            }
        });
    }
}
