namespace Brig.Images.Registry;

/// <summary>What proves who asks: a name and password, or an identity token that a token server exchanges.</summary>
public sealed record Credential(string Username, string Password, string? IdentityToken = null)
{
    /// <summary>Never tells the secret.</summary>
    public override string ToString() => Username;
}
