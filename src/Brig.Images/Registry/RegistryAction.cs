namespace Brig.Images.Registry;

/// <summary>What is done with a repository: it decides the scope of the token and the words of a refusal.</summary>
internal enum RegistryAction
{
    PullManifest,
    PullBlob,
    Push,
    Delete,

    /// <summary>Asks for the names in a repository.</summary>
    List,

    /// <summary>Asks for the repositories of a registry.</summary>
    Catalogue,

    /// <summary>Asks who we are and nothing else.</summary>
    Login,
}
