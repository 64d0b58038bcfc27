using Brig.Cli.Commands.Containers;
using Brig.Containers;

namespace Brig.Cli.Tests.Commands;

public sealed class PortListTests
{
    [Fact]
    public void Neighbours_with_the_same_number_on_both_sides_are_a_range()
    {
        PortState[] published =
        [
            .. Enumerable.Range(8000, 3).SelectMany(port => (PortState[])[new("0.0.0.0", port, port, "tcp"), new("::", port, port, "tcp")]),
            new("0.0.0.0", 9000, 80, "tcp"),
            new("127.0.0.1", 53, 53, "udp"),
            new("::", 0, 81, "tcp"),
        ];
        Assert.Equal(
            "127.0.0.1:53->53/udp, 81-82/tcp, 90/sctp, 0.0.0.0:8000-8002->8000-8002/tcp, [::]:8000-8002->8000-8002/tcp, 0.0.0.0:9000->80/tcp",
            string.Join(", ", PortList.Of(published, ["82/tcp", "90/sctp"])));
    }

    [Fact]
    public void A_gap_ends_a_range() => Assert.Equal("80-81/tcp, 83/tcp", string.Join(", ", PortList.Of([], ["83/tcp", "80/tcp", "81/tcp"])));
}
