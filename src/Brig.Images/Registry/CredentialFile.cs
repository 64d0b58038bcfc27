using System.Text;
using System.Text.Json;

namespace Brig.Images.Registry;

/// <summary>The <c>auths</c> of Docker's <c>config.json</c>, read when first needed. Nothing is ever written to it.</summary>
public sealed class CredentialFile(string path)
{
    private const string DockerHubKey = "https://index.docker.io/v1/";

    private readonly Lazy<DockerConfigFile> _file = new(() => Read(path));

    /// <summary>The file of the user: in <c>$DOCKER_CONFIG</c> or <c>~/.docker</c>.</summary>
    public static CredentialFile OfUser() => new(Path.Combine(
        Environment.GetEnvironmentVariable("DOCKER_CONFIG") is { Length: > 0 } folder ? folder : Path.Combine(Environment.GetEnvironmentVariable("HOME") ?? "/root", ".docker"),
        "config.json"));

    /// <summary>What the file has for a registry (<c>docker.io</c>, <c>localhost:5000</c>); null where it has nothing.</summary>
    public Credential? Find(string registry)
    {
        if (_file.Value.Auths is not { } auths)
        {
            return null;
        }

        foreach (string key in registry == "docker.io" ? [DockerHubKey, "docker.io", "index.docker.io"] : (ReadOnlySpan<string>)[registry, "https://" + registry, "http://" + registry])
        {
            if (auths.TryGetValue(key, out DockerAuth? auth) && auth is not null && Of(auth) is { } credential)
            {
                return credential;
            }
        }

        return null;
    }

    private static Credential? Of(DockerAuth auth)
    {
        (string name, string password) = (auth.Username ?? "", auth.Password ?? "");
        if (auth.Auth is { Length: > 0 } encoded)
        {
            byte[] text = new byte[encoded.Length];
            if (Convert.TryFromBase64String(encoded.Trim(), text, out int length) && Encoding.UTF8.GetString(text, 0, length).TrimEnd('\0') is var pair
                && pair.IndexOf(':', StringComparison.Ordinal) is var colon and > 0)
            {
                (name, password) = (pair[..colon], pair[(colon + 1)..]);
            }
        }

        return name.Length == 0 && string.IsNullOrEmpty(auth.IdentityToken) ? null
            : new Credential(name, password, string.IsNullOrEmpty(auth.IdentityToken) ? null : auth.IdentityToken);
    }

    private static DockerConfigFile Read(string path)
    {
        try
        {
            return JsonSerializer.Deserialize(File.ReadAllBytes(path), RegistryJson.Default.DockerConfigFile) ?? new DockerConfigFile();
        }
        catch (Exception error) when (error is FileNotFoundException or DirectoryNotFoundException)
        {
            return new DockerConfigFile();
        }
        catch (Exception error) when (error is JsonException or IOException or UnauthorizedAccessException)
        {
            throw BrigException.Invalid($"read {path}: {Brig.Oci.Text.Quote(error.Message)}", error);
        }
    }
}
