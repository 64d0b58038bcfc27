using Brig.Cli.Commands.Images;
using Brig.Cli.Flags;
using Brig.Oci;

namespace Brig.Cli.Commands.Manifests;

internal static class ManifestPushCommand
{
    public static CommandDefinition Definition => new("push", "[OPTIONS] MANIFEST_LIST", "Push a manifest list to a repository", RunAsync);

    private static async Task<int> RunAsync(Invocation call)
    {
        BoolFlag insecure = call.Flags.Bool("insecure", "Allow push to an insecure registry");
        BoolFlag purge = call.Flags.Bool("purge", 'p', "Remove the local manifest list after push");
        ImageReference list = ImageReference.Parse(call.Parse(Arity.Exactly(1))[0]);
        using Interruption interruption = new();
        using ManifestAccess access = new(call, insecure.Value ? [list] : []);
        Digest digest = await access.Lists.PushAsync(list, image => call.Output.WriteLine($"Pushed ref {ImageNames.Full(image)} with digest: {image.Digest}"), interruption.Token);
        call.Output.WriteLine(digest.ToString());
        if (purge.Value)
        {
            access.Lists.Remove(list);
        }

        return 0;
    }
}
