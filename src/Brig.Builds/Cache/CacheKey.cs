using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;

namespace Brig.Builds.Cache;

/// <summary>Builds the key of a step: what it stands on and all that its result depends on. Every part is written with its length, so that no two lists of parts are one.</summary>
internal sealed class CacheKey : IDisposable
{
    /// <summary>To be changed with what a step of the same words does.</summary>
    private const string Generation = "brig-build-1";

    private readonly IncrementalHash _hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);

    internal CacheKey(string parent, string kind) => Add(Generation).Add(parent).Add(kind);

    internal CacheKey Add(string? part) => Add(part is null ? [] : Encoding.UTF8.GetBytes(part), part is not null);

    internal CacheKey Add(ReadOnlySpan<byte> part) => Add(part, isThere: true);

    internal CacheKey Add(IReadOnlyCollection<string> parts)
    {
        Add(BitConverter.GetBytes(parts.Count));
        foreach (string part in parts)
        {
            Add(part);
        }

        return this;
    }

    /// <summary>The key in hex digits.</summary>
    internal string Finish() => Convert.ToHexStringLower(_hash.GetHashAndReset());

    public void Dispose() => _hash.Dispose();

    private CacheKey Add(ReadOnlySpan<byte> part, bool isThere)
    {
        Span<byte> length = stackalloc byte[4];
        BinaryPrimitives.WriteInt32LittleEndian(length, isThere ? part.Length : -1);
        _hash.AppendData(length);
        _hash.AppendData(part);
        return this;
    }
}
