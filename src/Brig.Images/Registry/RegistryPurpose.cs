using Brig.Oci;

namespace Brig.Images.Registry;

/// <summary>What a request is for.</summary>
/// <param name="Shown">The image as the user calls it, for messages.</param>
/// <param name="Location">The image as its registry calls it: another name where a mirror is asked.</param>
/// <param name="Action">What is done.</param>
/// <param name="MountFrom">A repository of the same registry that a blob is to be taken from.</param>
internal sealed record RegistryPurpose(ImageReference Shown, ImageReference Location, RegistryAction Action, string? MountFrom = null)
{
    /// <summary>What a token must allow (distribution's token scope documentation).</summary>
    internal IReadOnlyList<string> Scopes { get; } =
    [
        .. Action == RegistryAction.Login ? (IEnumerable<string>)[] : Action == RegistryAction.Catalogue ? ["registry:catalog:*"] : [$"repository:{Location.Repository}:{Action switch
        {
            RegistryAction.Push => "pull,push",
            RegistryAction.Delete => "pull,delete",
            _ => "pull",
        }}"],
        .. MountFrom is null ? (IEnumerable<string>)[] : [$"repository:{MountFrom}:pull"],
    ];
}
