using System.Text.Json.Serialization;
using Brig.Containers.Specifications;

namespace Brig.Containers;

/// <summary>Brig's own records as JSON: rows of the database and requests to monitors.</summary>
[JsonSourceGenerationOptions(DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull, UseStringEnumConverter = true)]
[JsonSerializable(typeof(ContainerSpecification))]
[JsonSerializable(typeof(ContainerState))]
[JsonSerializable(typeof(ExecSpecification))]
[JsonSerializable(typeof(Networks.EndpointRequest))]
[JsonSerializable(typeof(Dictionary<string, string>))]
internal sealed partial class ContainerJson : JsonSerializerContext;
