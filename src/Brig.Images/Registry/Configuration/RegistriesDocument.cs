using System.Text.Json.Serialization;
using Tomlyn.Serialization;

namespace Brig.Images.Registry.Configuration;

/// <summary>A <c>registries.conf</c> of version 2 (man 5 containers-registries.conf), or a drop-in of it.</summary>
internal sealed class RegistriesDocument
{
    [JsonPropertyName("unqualified-search-registries")]
    public List<string>? UnqualifiedSearchRegistries { get; set; }

    [JsonPropertyName("registry")]
    public List<RegistryTable>? Registry { get; set; }

    /// <summary>Short names and what they stand for.</summary>
    [JsonPropertyName("aliases")]
    public Dictionary<string, string>? Aliases { get; set; }

    /// <summary>Only version 1 has it.</summary>
    [JsonPropertyName("registries")]
    public Dictionary<string, object>? Registries { get; set; }
}

/// <summary>The reader of <see cref="RegistriesDocument"/>.</summary>
[TomlSerializable(typeof(RegistriesDocument))]
internal sealed partial class RegistriesToml : TomlSerializerContext;
