using System.Text;
using Brig.Cli.Commands.Images;
using Brig.Cli.Flags;
using Brig.Images.Registry;
using Brig.Images.Registry.Credentials;
using Brig.Linux;

namespace Brig.Cli.Commands.Registry;

internal static class LoginCommand
{
    private const int PasswordLimit = 1 << 20;
    private const string UnencryptedHelp = "https://docs.docker.com/go/credential-store/";

    public static CommandDefinition Definition => new("login", "[OPTIONS] [SERVER]", "Authenticate to a registry", RunAsync)
    {
        Description = "Authenticate to a registry.\nDefaults to Docker Hub if no server is specified.",
    };

    private static async Task<int> RunAsync(Invocation call)
    {
        StringFlag password = call.Flags.String("password", 'p', "Password or Personal Access Token (PAT)");
        BoolFlag fromInput = call.Flags.Bool("password-stdin", "Take the Password or Personal Access Token (PAT) from stdin");
        StringFlag user = call.Flags.String("username", 'u', "Username");
        IReadOnlyList<string> arguments = call.Parse(Arity.AtMost(1));
        Credential given = new(user.Value, password.Value);
        if (password.IsSet)
        {
            call.Error.WriteLine("WARNING! Using --password via the CLI is insecure. Use --password-stdin.");
            call.Error.Flush();
        }

        if (fromInput.Value)
        {
            given = password.IsSet ? throw BrigException.Invalid("--password and --password-stdin are mutually exclusive")
                : given.Username.Length == 0 ? throw BrigException.Invalid("Must provide --username with --password-stdin")
                : given with { Password = PasswordOfInput() };
        }

        string registry = RegistryName.Of(arguments.Count == 0 ? "docker.io" : arguments[0]);
        RegistrySettings settings = RegistrySettings.OfUser() with { Insecure = [.. call.Globals.Insecure.Values] };
        CredentialStore store = new(DockerConfig.OfUser());
        using Interruption interruption = new();
        Credential whole = given.Username.Length == 0 && given.Password.Length == 0 && await KnownAsync(call, settings, store, registry, interruption.Token) is { } known
            ? known
            : await RegistryLogin.RunAsync(settings, registry, Ask(call, given, store.Find(registry)?.Username), interruption.Token);
        if (store.Store(registry, whole) is { } file)
        {
            call.Error.WriteLine($"\nWARNING! Your credentials are stored unencrypted in '{file}'.\nConfigure a credential helper to remove this warning. See\n{UnencryptedHelp}\n");
            call.Error.Flush();
        }

        call.Output.WriteLine("Login Succeeded");
        return 0;
    }

    /// <summary>What was kept before, where the registry still takes it; null where somebody has to be asked.</summary>
    private static async Task<Credential?> KnownAsync(Invocation call, RegistrySettings settings, CredentialStore store, string registry, CancellationToken token)
    {
        if (store.Find(registry) is not { } known)
        {
            return null;
        }

        call.Output.Write($"Authenticating with existing credentials...{(known.Username.Length > 0 ? $" [Username: {known.Username}]" : "")}\n"
            + "To login with a different account, run 'brig logout' followed by 'brig login'\n\n");
        call.Output.Flush();
        try
        {
            return await RegistryLogin.RunAsync(settings, registry, known, token);
        }
        catch (BrigException refused) when (refused.Kind == ErrorKind.PermissionDenied)
        {
            call.Error.WriteLine("Stored credentials invalid or expired");
        }
        catch (BrigException failed)
        {
            call.Error.WriteLine($"Login did not succeed, error: {failed.Message}");
        }

        return null;
    }

    private static Credential Ask(Invocation call, Credential given, string? usual)
    {
        if (given.Username.Length > 0 && given.Password.Length > 0)
        {
            return given;
        }

        if (!Terminal.IsTerminal(0))
        {
            throw BrigException.Invalid("Cannot perform an interactive login from a non TTY device (give -u and --password-stdin)");
        }

        string name = given.Username;
        if (name.Length == 0)
        {
            call.Output.Write(string.IsNullOrEmpty(usual) ? "Username: " : $"Username ({usual}): ");
            call.Output.Flush();
            name = Prompt.Line();
            name = name.Length == 0 ? usual ?? "" : name;
        }

        if (name.Length == 0)
        {
            throw BrigException.Invalid("Non-null Username Required");
        }

        string password = given.Password;
        if (password.Length == 0)
        {
            call.Output.Write("Password: ");
            call.Output.Flush();
            password = Prompt.Secret();
            call.Output.Write("\n\n");
            call.Output.Flush();
        }

        return password.Length == 0 ? throw BrigException.Invalid("Password Required") : new Credential(name, password);
    }

    private static string PasswordOfInput()
    {
        using Microsoft.Win32.SafeHandles.SafeFileHandle input = new(0, ownsHandle: false);
        string text = Encoding.UTF8.GetString(Files.ReadAll(input, PasswordLimit));
        text = text.EndsWith('\n') ? text[..^1] : text;
        return text.EndsWith('\r') ? text[..^1] : text;
    }
}
