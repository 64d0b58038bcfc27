using Brig.Oci;

namespace Brig.Builds.Attestations;

/// <summary>How an image was made.</summary>
/// <param name="Dockerfile">Its name.</param>
/// <param name="DockerfileDigest">Of its text.</param>
/// <param name="Args">The parameters of the request.</param>
/// <param name="Materials">The images that it stands on, by package URL.</param>
internal sealed record ProvenanceFacts(string Dockerfile, Digest DockerfileDigest, IReadOnlyDictionary<string, string> Args, IReadOnlyList<(string Uri, Digest Digest)> Materials);
