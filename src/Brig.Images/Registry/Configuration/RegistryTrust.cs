namespace Brig.Images.Registry.Configuration;

/// <summary>What a registry has to prove.</summary>
internal enum RegistryTrust
{
    /// <summary>A certificate that this machine trusts for its name.</summary>
    Certificate,

    /// <summary>Nothing: a certificate of anybody, or plain HTTP. The user said so, or it is this machine's loopback.</summary>
    None,
}
