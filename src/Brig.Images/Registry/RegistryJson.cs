using System.Text.Json.Serialization;

namespace Brig.Images.Registry;

[JsonSourceGenerationOptions(MaxDepth = 32)]
[JsonSerializable(typeof(Credentials.HelperAnswer))]
[JsonSerializable(typeof(Dictionary<string, string>))]
[JsonSerializable(typeof(SearchAnswer))]
[JsonSerializable(typeof(TagList))]
[JsonSerializable(typeof(RepositoryList))]
[JsonSerializable(typeof(TokenAnswer))]
[JsonSerializable(typeof(ErrorAnswer))]
[JsonSerializable(typeof(ManifestProbe))]
internal sealed partial class RegistryJson : JsonSerializerContext;
