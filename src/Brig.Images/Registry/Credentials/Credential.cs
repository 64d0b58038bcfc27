namespace Brig.Images.Registry.Credentials;

/// <summary>What proves who asks: a name and password, an identity token that a token server exchanges, or a token that the registry itself takes.</summary>
public sealed record Credential(string Username, string Password, string? IdentityToken = null)
{
    /// <summary>Shown to the registry as it is (the API's <c>registrytoken</c>).</summary>
    public string? RegistryToken { get; init; }

    /// <summary>Asks the token server for an identity token, to be kept in place of the password.</summary>
    public bool WantsIdentity { get; init; }

    /// <summary>Never tells the secret.</summary>
    public override string ToString() => Username;
}
