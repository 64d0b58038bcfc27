using Brig.Linux;

namespace Brig.Containers;

/// <summary>A container's ID: 64 hex digits, never all decimal in the twelve that lists show.</summary>
public readonly record struct ContainerId(string Value)
{
    private const int ShortLength = 12;

    public string Short => Value[..ShortLength];

    public static ContainerId New()
    {
        while (true)
        {
            string id = Entropy.Hex(32);
            if (id.AsSpan(0, ShortLength).ContainsAnyExceptInRange('0', '9'))
            {
                return new(id);
            }
        }
    }

    public override string ToString() => Value;
}
