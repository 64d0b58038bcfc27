using Brig.Cli.Flags;
using Brig.Images.Registry.Credentials;

namespace Brig.Cli.Commands.Registry;

internal static class LogoutCommand
{
    public static CommandDefinition Definition => new("logout", "[SERVER]", "Log out from a registry", Run)
    {
        Description = "Log out from a registry.\nIf no server is specified, the default is Docker Hub.",
    };

    private static int Run(Invocation call)
    {
        IReadOnlyList<string> arguments = call.Parse(Arity.AtMost(1));
        string registry = RegistryName.Of(arguments.Count == 0 ? "docker.io" : arguments[0]), shown = CredentialStore.KeyOf(registry);
        CredentialStore store = new(DockerConfig.OfUser());
        bool known = store.Erase(registry);
        call.Output.WriteLine(known ? $"Removing login credentials for {shown}" : $"Not logged in to {shown}");
        return 0;
    }
}
