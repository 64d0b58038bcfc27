using System.Text.Json.Serialization;

namespace Brig.Containers.Devices;

/// <summary>Documents of the Container Device Interface. A field that is not known is refused, as CDI SPEC.md asks.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow)]
[JsonSerializable(typeof(CdiSpec))]
internal sealed partial class CdiJson : JsonSerializerContext;
