namespace Brig.Images.Registry;

/// <summary>What is done with a repository: it decides the scope of the token and the words of a refusal.</summary>
internal enum RegistryAction
{
    PullManifest,
    PullBlob,
    Push,
}
