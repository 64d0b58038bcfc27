using Brig.Cli.Commands.Images;
using Brig.Cli.Flags;
using Brig.Images.Registry;
using Brig.Oci;

namespace Brig.Cli.Commands.Registry;

internal static class TagsCommand
{
    public static CommandDefinition Definition => new("tags", "REPOSITORY", "List the tags that a repository has at its registry", RunAsync);

    private static async Task<int> RunAsync(Invocation call)
    {
        string name = call.Parse(Arity.Exactly(1))[0];
        using Interruption interruption = new();
        using Registries registries = RegistryAccess.Open(call);
        ImageReference repository = registries.Candidates(name)[0];
        if (repository is not { Tag: null, Digest: null })
        {
            throw BrigException.Invalid($"{repository}: a repository is wanted, without tag and digest");
        }

        foreach (string tag in await new RepositoryContents(registries).TagsAsync(repository, interruption.Token))
        {
            call.Output.WriteLine(tag);
        }

        return 0;
    }
}
