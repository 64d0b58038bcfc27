using Brig.Images.Registry.Configuration;
using Brig.Images.Registry.Credentials;
using Brig.Images.Registry.Transport;

namespace Brig.Images.Registry;

/// <summary>All that decides how registries are reached, and as whom.</summary>
public sealed record RegistrySettings
{
    /// <summary>What to show a registry (<c>docker.io</c>, <c>localhost:5000</c>); null for nothing.</summary>
    public Func<string, Credential?> Credentials { get; init; } = _ => null;

    public RegistryTimeouts Timeouts { get; init; } = new();

    public RegistryConfiguration Configuration { get; init; } = RegistryConfiguration.Empty;

    /// <summary>Registries (host and port, or a network of addresses) that need no certificate, beside those that the configuration names.</summary>
    public IReadOnlyCollection<string> Insecure { get; init; } = [];

    /// <summary>Folders with one folder of certificates for each registry.</summary>
    public IReadOnlyList<string> CertificateFolders { get; init; } = [];

    /// <summary>The value of an environment variable that names a proxy.</summary>
    public Func<string, string?> ProxyVariable { get; init; } = _ => null;

    public TimeProvider Time { get; init; } = TimeProvider.System;

    /// <summary>Those of the user on this machine: Docker's credentials, Podman's configuration, both's certificates, the environment's proxy.</summary>
    public static RegistrySettings OfUser() => new()
    {
        Credentials = new CredentialStore(DockerConfig.OfUser()).Find,
        Configuration = RegistryConfigurationFiles.OfUser(),
        CertificateFolders = HostCertificates.UsualFolders,
        ProxyVariable = Environment.GetEnvironmentVariable,
    };
}
