using System.Text;
using System.Text.Json.Nodes;
using Brig.Oci;

namespace Brig.Images.Registry.Credentials;

/// <summary>
/// Who the user is to each registry, as Docker keeps it: in its <c>config.json</c>, or in the program that <c>credHelpers</c> names for that
/// registry or <c>credsStore</c> for all.
/// </summary>
public sealed class CredentialStore(DockerConfig config)
{
    private const string DockerHubKey = "https://index.docker.io/v1/";

    /// <summary>How a helper marks an identity token.</summary>
    private const string TokenUser = "<token>";

    /// <summary>The key under which Docker keeps a registry (<c>docker.io</c>, <c>localhost:5000</c>).</summary>
    public static string KeyOf(string registry) => registry is "docker.io" or "index.docker.io" or "registry-1.docker.io" ? DockerHubKey : registry;

    /// <summary>What is known for a registry; null where nothing is.</summary>
    public Credential? Find(string registry)
    {
        string key = KeyOf(registry);
        if (HelperOf(key) is { } helper)
        {
            return helper.Get(key) is not { } found ? null
                : found.Username == TokenUser ? new Credential("", "", found.Secret)
                : new Credential(found.Username ?? "", found.Secret ?? "");
        }

        foreach (string name in key == DockerHubKey ? [DockerHubKey, "docker.io", "index.docker.io"] : (ReadOnlySpan<string>)[key, "https://" + key, "http://" + key, $"https://{key}/v1/", $"https://{key}/v2/", $"https://{key}/"])
        {
            if (config.Find("auths", name) is JsonObject entry && Read(entry) is { } credential)
            {
                return credential;
            }
        }

        return null;
    }

    /// <summary>Keeps a credential. Gives the file in which it now stands unencrypted; null where a helper has it.</summary>
    public string? Store(string registry, Credential credential)
    {
        string key = KeyOf(registry);
        if (HelperOf(key) is { } helper)
        {
            helper.Store(new HelperAnswer
            {
                ServerUrl = key,
                Username = credential.IdentityToken is null ? credential.Username : TokenUser,
                Secret = credential.IdentityToken ?? credential.Password,
            });

            // The empty entry says that there is something, for those who list what is there.
            config.Set("auths", key, []);
            return null;
        }

        JsonObject entry = [];
        if (credential.Username.Length > 0 || credential.Password.Length > 0)
        {
            entry["auth"] = Convert.ToBase64String(Encoding.UTF8.GetBytes($"{credential.Username}:{credential.Password}"));
        }

        if (credential.IdentityToken is { } identity)
        {
            entry["identitytoken"] = identity;
        }

        config.Set("auths", key, entry);
        return config.Path;
    }

    /// <summary>Forgets what is known for a registry; false where nothing was.</summary>
    public bool Erase(string registry)
    {
        string key = KeyOf(registry);
        List<string> names = [.. config.Keys("auths").Where(name => name == key || Host(name) == key)];
        bool known = names.Count > 0;
        if (HelperOf(key) is { } helper)
        {
            known |= helper.Get(key) is not null;
            helper.Erase(key);
        }

        foreach (string name in names)
        {
            config.Set("auths", name, null);
        }

        return known;
    }

    private CredentialHelper? HelperOf(string key) =>
        (config.Find("credHelpers", key) is JsonValue value && value.TryGetValue(out string? named) && named.Length > 0 ? named : config.Text("credsStore")) is { } name ? new CredentialHelper(name) : null;

    private static Credential? Read(JsonObject entry)
    {
        (string name, string password) = (Text(entry, "username") ?? "", Text(entry, "password") ?? "");
        if (Text(entry, "auth") is { } encoded)
        {
            byte[] text = new byte[encoded.Length];
            if (Convert.TryFromBase64String(encoded.Trim(), text, out int length) && Encoding.UTF8.GetString(text, 0, length).TrimEnd('\0') is var pair
                && pair.IndexOf(':', StringComparison.Ordinal) is var colon and >= 0)
            {
                (name, password) = (pair[..colon], pair[(colon + 1)..]);
            }
        }

        string? identity = Text(entry, "identitytoken"), token = Text(entry, "registrytoken");
        return name.Length == 0 && identity is null && token is null ? null : new Credential(name, password, identity) { RegistryToken = token };
    }

    private static string? Text(JsonObject entry, string name) => entry[name] is JsonValue value && value.TryGetValue(out string? text) && text.Length > 0 ? text : null;

    private static string Host(string key)
    {
        int scheme = key.IndexOf("://", StringComparison.Ordinal);
        string rest = scheme < 0 ? key : key[(scheme + 3)..];
        int slash = rest.IndexOf('/', StringComparison.Ordinal);
        return slash < 0 ? rest : rest[..slash];
    }
}
