using System.Text.Json.Serialization;
using Brig.Builds.Cache;
using Brig.Builds.Records;
using Brig.Builds.StepMounts;

namespace Brig.Builds;

/// <summary>The builder's own records as JSON.</summary>
[JsonSourceGenerationOptions(DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull, PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase)]
[JsonSerializable(typeof(CacheMount))]
[JsonSerializable(typeof(CacheDocument))]
[JsonSerializable(typeof(BuildRecord))]
internal sealed partial class BuildsJson : JsonSerializerContext;
