using System.Buffers;
using System.Diagnostics.CodeAnalysis;

namespace Brig.Oci;

/// <summary>A content digest, <c>algorithm:hex</c>, of the two algorithms that image-spec registers (descriptor.md#registered-algorithms).</summary>
[System.Text.Json.Serialization.JsonConverter(typeof(DigestConverter))]
public readonly record struct Digest
{
    private static readonly SearchValues<char> s_hexDigits = SearchValues.Create("0123456789abcdef");

    private readonly string? _value;

    private Digest(string value) => _value = value;

    /// <summary>The whole text, e.g. <c>sha256:6c3c…</c>.</summary>
    public string Value => _value ?? throw new InvalidOperationException("an empty digest");

    public string Algorithm => Value[..Value.IndexOf(':', StringComparison.Ordinal)];

    public string Hex => Value[(Value.IndexOf(':', StringComparison.Ordinal) + 1)..];

    /// <summary>The first twelve hex digits, as lists show an ID.</summary>
    public string Short => Hex[..12];

    public bool IsEmpty => _value is null;

    public static Digest Sha256(ReadOnlySpan<byte> content)
    {
        Span<byte> hash = stackalloc byte[32];
        System.Security.Cryptography.SHA256.HashData(content, hash);
        return FromSha256(hash);
    }

    /// <summary>Makes the digest of a finished SHA-256 sum of 32 bytes.</summary>
    public static Digest FromSha256(ReadOnlySpan<byte> hash) => new("sha256:" + Convert.ToHexStringLower(hash));

    public static Digest Parse(string text) =>
        TryParse(text, out Digest digest) ? digest : throw BrigException.Invalid($"invalid digest \"{Text.Quote(text)}\"");

    public static bool TryParse([NotNullWhen(true)] string? text, out Digest digest)
    {
        digest = default;
        int length = text switch
        {
            null => 0,
            _ when text.StartsWith("sha256:", StringComparison.Ordinal) => 64,
            _ when text.StartsWith("sha512:", StringComparison.Ordinal) => 128,
            _ => 0,
        };
        if (length == 0 || text!.Length != 7 + length || text.AsSpan(7).ContainsAnyExcept(s_hexDigits))
        {
            return false;
        }

        digest = new Digest(text);
        return true;
    }

    public override string ToString() => _value ?? "";
}
