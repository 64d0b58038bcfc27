using System.Net.Security;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Brig.Images.Registry.Configuration;
using Brig.Oci;

namespace Brig.Images.Registry.Transport;

/// <summary>
/// The certificates of one registry from folders such as <c>/etc/docker/certs.d/HOST:PORT</c>: every <c>.crt</c> is an authority to be trusted
/// beside the machine's, every <c>.cert</c> one of ours, with its key in the <c>.key</c> of the same name.
/// </summary>
internal sealed class HostCertificates
{
    private readonly X509Certificate2Collection _authorities = [];
    private readonly X509Certificate2Collection _own = [];

    /// <summary>Where Docker and Podman look.</summary>
    internal static IReadOnlyList<string> UsualFolders { get; } = ["/etc/docker/certs.d", "/etc/containers/certs.d"];

    internal bool IsEmpty => _authorities.Count == 0 && _own.Count == 0;

    /// <exception cref="BrigException">A file is no certificate, or a key is missing.</exception>
    internal static HostCertificates Read(IEnumerable<string> folders, string registry)
    {
        HostCertificates found = new();
        foreach (string folder in folders.Select(folder => Path.Combine(folder, registry)).Where(Directory.Exists))
        {
            string[] files = Directory.GetFiles(folder);
            Array.Sort(files, StringComparer.Ordinal);
            foreach (string file in files)
            {
                found.Add(file);
            }
        }

        return found;
    }

    /// <summary>What TLS needs for this registry.</summary>
    internal SslClientAuthenticationOptions Options(RegistryTrust trust)
    {
        SslClientAuthenticationOptions options = new();
        if (_own.Count > 0)
        {
            options.ClientCertificates = _own;
            options.LocalCertificateSelectionCallback = (_, _, _, _, _) => _own[0];
        }

        if (trust == RegistryTrust.None && _authorities.Count == 0)
        {
#pragma warning disable CA5359 // the user named this registry as one that needs no certificate
            options.RemoteCertificateValidationCallback = (_, _, _, _) => true;
#pragma warning restore CA5359
        }
        else if (_authorities.Count > 0)
        {
            options.RemoteCertificateValidationCallback = (_, certificate, chain, errors) =>
                errors == SslPolicyErrors.None || (errors == SslPolicyErrors.RemoteCertificateChainErrors && certificate is X509Certificate2 shown && IsFromOurs(shown, chain));
        }

        return options;
    }

    private bool IsFromOurs(X509Certificate2 certificate, X509Chain? offered)
    {
        using X509Chain chain = new();
        chain.ChainPolicy.TrustMode = X509ChainTrustMode.CustomRootTrust;
        chain.ChainPolicy.CustomTrustStore.AddRange(_authorities);
        chain.ChainPolicy.RevocationMode = X509RevocationMode.NoCheck;
        chain.ChainPolicy.ExtraStore.AddRange(_authorities);
        foreach (X509ChainElement element in offered?.ChainElements ?? Enumerable.Empty<X509ChainElement>())
        {
            chain.ChainPolicy.ExtraStore.Add(element.Certificate);
        }

        return chain.Build(certificate);
    }

    private void Add(string file)
    {
        try
        {
            if (file.EndsWith(".crt", StringComparison.Ordinal))
            {
                _authorities.ImportFromPemFile(file);
            }
            else if (file.EndsWith(".cert", StringComparison.Ordinal))
            {
                string key = Path.ChangeExtension(file, ".key");
                _own.Add(File.Exists(key) ? X509Certificate2.CreateFromPemFile(file, key)
                    : throw BrigException.Invalid($"missing key {Path.GetFileName(key)} for client certificate {Path.GetFileName(file)} in {Path.GetDirectoryName(file)} (CA certificates must use the extension .crt)"));
            }
            else if (file.EndsWith(".key", StringComparison.Ordinal) && !File.Exists(Path.ChangeExtension(file, ".cert")))
            {
                throw BrigException.Invalid($"missing client certificate {Path.GetFileName(Path.ChangeExtension(file, ".cert"))} for key {Path.GetFileName(file)} in {Path.GetDirectoryName(file)}");
            }
        }
        catch (Exception error) when (error is CryptographicException or IOException or UnauthorizedAccessException or ArgumentException)
        {
            throw BrigException.Invalid($"read {file}: {Oci.Text.Quote(error.Message)}", error);
        }
    }
}
