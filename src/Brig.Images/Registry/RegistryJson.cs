using System.Text.Json.Serialization;

namespace Brig.Images.Registry;

[JsonSourceGenerationOptions(MaxDepth = 32)]
[JsonSerializable(typeof(DockerConfigFile))]
[JsonSerializable(typeof(TokenAnswer))]
[JsonSerializable(typeof(ErrorAnswer))]
[JsonSerializable(typeof(ManifestProbe))]
internal sealed partial class RegistryJson : JsonSerializerContext;
