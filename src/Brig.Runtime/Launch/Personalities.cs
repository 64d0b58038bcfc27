using Brig.Oci;
using Brig.Oci.Runtime;

namespace Brig.Runtime.Launch;

/// <summary>Execution domains (man 2 personality).</summary>
internal static class Personalities
{
    internal static uint Number(PersonalitySpec personality) =>
        personality.Flags is { Count: > 0 } ? throw BrigException.Invalid($"linux.personality.flags: unknown flag \"{Oci.Text.Quote(personality.Flags[0])}\"")
        : personality.Domain switch
        {
            "LINUX" => 0u,
            "LINUX32" => 8u,
            var other => throw BrigException.Invalid($"linux.personality.domain: unknown domain \"{Oci.Text.Quote(other)}\""),
        };
}
