using Brig.Oci;

namespace Brig.Cli.Commands.Registry;

/// <summary>A registry as people name it for login and logout: with a scheme or path that does not matter.</summary>
internal static class RegistryName
{
    public static string Of(string text)
    {
        string name = text;
        int scheme = name.IndexOf("://", StringComparison.Ordinal);
        name = scheme < 0 ? name : name[(scheme + 3)..];
        int slash = name.IndexOf('/', StringComparison.Ordinal);
        name = slash < 0 ? name : name[..slash];
        if (name is "index.docker.io" or "registry-1.docker.io" or "docker.io")
        {
            return "docker.io";
        }

        // A name alone, "registry", is a host here: there is nothing else that it could be.
        return ImageReference.TryParse($"{name}:0/x", out _) || (ImageReference.TryParse($"{name}/x", out ImageReference? reference) && reference.Registry == name) ? name
            : throw BrigException.Invalid($"invalid registry \"{Oci.Text.Quote(text)}\" (host or host:port)");
    }
}
