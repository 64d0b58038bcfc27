using System.Text.Json.Serialization;

namespace Brig.Runtime.Launch;

/// <summary>What this program and the one it put into a user namespace tell each other.</summary>
[JsonSourceGenerationOptions(DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(InnerRequest))]
[JsonSerializable(typeof(List<string[]>))]
internal sealed partial class InnerJson : JsonSerializerContext;
