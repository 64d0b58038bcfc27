using System.Text.Json.Serialization;

namespace Brig.Oci.Runtime;

/// <summary>The runtime specification's documents as JSON.</summary>
[JsonSourceGenerationOptions(DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull, RespectNullableAnnotations = true, MaxDepth = 32)]
[JsonSerializable(typeof(RuntimeSpec))]
[JsonSerializable(typeof(ProcessSpec))]
[JsonSerializable(typeof(ResourcesSpec))]
[JsonSerializable(typeof(StateSpec))]
[JsonSerializable(typeof(ContainerProcessStateSpec))]
public sealed partial class RuntimeJson : JsonSerializerContext;
