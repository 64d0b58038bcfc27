using System.Net;
using Brig.Images.Registry.Credentials;
using Brig.Oci;

namespace Brig.Images.Registry;

/// <summary>Asks a registry whether it knows somebody.</summary>
public static class RegistryLogin
{
    /// <summary>The credential to keep: an identity token in place of the password where the registry gives one.</summary>
    /// <exception cref="BrigException">PermissionDenied: it does not know them.</exception>
    public static async Task<Credential> RunAsync(RegistrySettings settings, string registry, Credential credential, CancellationToken token)
    {
        using Registries registries = new(settings with { Credentials = _ => credential with { WantsIdentity = credential.IdentityToken is null } });
        RegistryEndpoint endpoint = registries.Open(registry);
        ImageReference any = ImageReference.Parse($"{registry}/login");
        Uri address = await endpoint.BaseAsync(token);
        using HttpResponseMessage response = await endpoint.TrySendAsync(new RegistryPurpose(any, any, RegistryAction.Login), address.AbsoluteUri, to => new HttpRequestMessage(HttpMethod.Get, to), token);
        return response.StatusCode switch
        {
            HttpStatusCode.OK => endpoint.IdentityToken is { } identity ? new Credential(credential.Username, "", identity) : credential,
            HttpStatusCode.Unauthorized or HttpStatusCode.Forbidden => throw new BrigException(ErrorKind.PermissionDenied, $"Get \"{address}\": unauthorized: incorrect username or password"),
            HttpStatusCode.NotFound => throw BrigException.Unavailable($"Get \"{address}\": {registry} is no registry of version 2"),
            _ => throw BrigException.Unavailable($"Get \"{address}\": received unexpected HTTP status: {(int)response.StatusCode}"),
        };
    }
}
