using Brig.Oci;

namespace Brig.Images.Registry.Configuration;

/// <summary>One place to get an image from: where it lies there, and whether that registry may be asked without trusted TLS.</summary>
internal sealed record RegistrySource(ImageReference Location, RegistryTrust Trust);
