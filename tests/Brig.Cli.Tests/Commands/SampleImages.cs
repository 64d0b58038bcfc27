using System.Text;
using Brig.Images;
using Brig.Oci;

namespace Brig.Cli.Tests.Commands;

/// <summary>Images as the store gives them, made of their configuration alone.</summary>
internal static class SampleImages
{
    public static readonly TestTime Time = new(new DateTimeOffset(2026, 1, 10, 0, 0, 0, TimeSpan.Zero));

    public static Image Make(string[] tags, string[]? digests = null, string config = "{}", int day = 1, string history = "[]")
    {
        string created = $"2026-01-{day:00}T00:00:00Z";
        byte[] content = Encoding.UTF8.GetBytes(
            $$"""{"created":"{{created}}","architecture":"amd64","os":"linux","config":{{config}},"rootfs":{"type":"layers","diff_ids":[]},"history":{{history}}}""");
        return new Image
        {
            Id = Digest.Sha256(content),
            ConfigBytes = content,
            Tags = [.. tags.Select(ImageReference.Parse)],
            Digests = [.. (digests ?? []).Select(ImageReference.Parse)],
            Size = 123_456_789,
            Created = DateTimeOffset.Parse(created),
        };
    }

    /// <summary>A clock that stands still.</summary>
    internal sealed class TestTime(DateTimeOffset now) : TimeProvider
    {
        public override DateTimeOffset GetUtcNow() => now;
    }
}
