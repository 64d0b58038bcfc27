using System.Text.Json.Serialization;

namespace Brig.Oci.Runtime;

/// <summary>The runtime specification's documents as JSON that is written; <see cref="SpecDocuments"/> reads it.</summary>
[JsonSourceGenerationOptions(DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(RuntimeSpec))]
[JsonSerializable(typeof(StateSpec))]
[JsonSerializable(typeof(ContainerProcessStateSpec))]
public sealed partial class RuntimeJson : JsonSerializerContext;
