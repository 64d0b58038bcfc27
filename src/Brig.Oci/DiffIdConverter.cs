using System.Text.Json;
using System.Text.Json.Serialization;

namespace Brig.Oci;

/// <summary>Writes it as its text. Public, since the source generators of other projects name it.</summary>
public sealed class DiffIdConverter : JsonConverter<DiffId>
{
    public override DiffId Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
        Digest.TryParse(reader.GetString(), out Digest digest) ? new DiffId(digest) : throw new JsonException("not a digest");

    public override void Write(Utf8JsonWriter writer, DiffId value, JsonSerializerOptions options) => writer.WriteStringValue(value.Digest.Value);
}
