using System.Text.Json.Serialization;

namespace Brig.Oci.Runtime;

/// <summary>A limit of huge pages of one size, in bytes.</summary>
public sealed record HugepageLimitSpec
{
    /// <summary>E.g. <c>2MB</c>.</summary>
    [JsonPropertyName("pageSize")]
    public required string PageSize { get; init; }

    [JsonPropertyName("limit")]
    public ulong Limit { get; init; }

    internal static HugepageLimitSpec Read(SpecNode node) => new()
    {
        PageSize = node.RequiredText("pageSize"),
        Limit = node.Number<ulong>("limit"),
    };
}
