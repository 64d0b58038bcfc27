using Brig.Cli.Commands.Containers;
using Brig.Networks;

namespace Brig.Cli.Tests.Commands;

public sealed class NetworkTextTests
{
    [Fact]
    public void A_name_alone_is_a_network() => Assert.Equal("web", NetworkText.Parse("web").Network);

    [Fact]
    public void The_long_form_says_more()
    {
        EndpointRequest request = NetworkText.Parse("name=web,alias=a,alias=b,ip=10.0.0.5,ip6=fd00::5,mac-address=02-00-00-00-00-0A,link-local-ip=169.254.3.4,driver-opt=com.docker.network.endpoint.ifname=side,gw-priority=-3");
        Assert.Equal("web", request.Network);
        Assert.Equal(["a", "b"], request.Aliases);
        Assert.Equal(("10.0.0.5", "fd00::5", "02:00:00:00:00:0a", -3), (request.IPv4Address, request.IPv6Address, request.MacAddress, request.GatewayPriority));
        Assert.Equal(["169.254.3.4"], request.LinkLocalAddresses);
        Assert.Equal("side", request.DriverOptions["com.docker.network.endpoint.ifname"]);
    }

    [Theory]
    [InlineData("alias=a", "network name cannot be empty")]
    [InlineData("name=web,colour=red", "invalid field key colour")]
    [InlineData("name=web,alias", "invalid field alias: expected key=value")]
    [InlineData("name=web,gw-priority=high", "invalid gw-priority (high)")]
    [InlineData("name=web,mac-address=1:2", "1:2 is not a valid mac address")]
    [InlineData("name=web,driver-opt=x", "invalid key/value pair format in driver options")]
    public void What_cannot_be_read_is_refused(string text, string words) =>
        Assert.Contains(words, Assert.Throws<BrigException>(() => NetworkText.Parse(text)).Message, StringComparison.Ordinal);

    [Theory]
    [InlineData("80", "80/tcp")]
    [InlineData("80-82/udp", "80/udp 81/udp 82/udp")]
    public void Exposed_ports_may_be_ranges(string text, string ports) => Assert.Equal(ports, string.Join(' ', ExposedPorts.Parse(text)));
}
