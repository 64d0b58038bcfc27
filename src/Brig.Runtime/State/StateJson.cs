using System.Text.Json.Serialization;

namespace Brig.Runtime.State;

/// <summary>The runtime's answers as JSON.</summary>
[JsonSourceGenerationOptions(DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(StateAnswer))]
[JsonSerializable(typeof(List<StateAnswer>))]
[JsonSerializable(typeof(int[]))]
[JsonSerializable(typeof(string[]))]
public sealed partial class StateJson : JsonSerializerContext
{
    /// <summary>Indented, without HTML escapes, as callers are used to see answers.</summary>
    public static StateJson Answers { get; } = new(new System.Text.Json.JsonSerializerOptions
    {
        DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
        Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
        WriteIndented = true,
    });
}
