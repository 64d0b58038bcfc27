namespace Brig.Oci;

/// <summary>The digest of a layer's uncompressed tar (image-spec config.md#layer-diffid): the name of an unpacked layer.</summary>
[System.Text.Json.Serialization.JsonConverter(typeof(DiffIdConverter))]
public readonly record struct DiffId(Digest Digest)
{
    public static DiffId Parse(string text) => new(Digest.Parse(text));

    public override string ToString() => Digest.ToString();
}
