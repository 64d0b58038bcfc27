using System.Net;
using Brig.Linux.Netlink;

namespace Brig.Networks.Tests;

public sealed class PortMappingTests
{
    [Theory]
    [InlineData("80", "80/tcp")]
    [InlineData("80/", "80/tcp")]
    [InlineData("80/UDP", "80/udp")]
    [InlineData("8080:80", "8080:80/tcp")]
    [InlineData(":80", "80/tcp")]
    [InlineData("0:80", "80/tcp")]
    [InlineData("127.0.0.1:8080:80", "127.0.0.1:8080:80/tcp")]
    [InlineData("127.0.0.1::80/sctp", "127.0.0.1::80/sctp")]
    [InlineData("[::1]:8080:80", "[::1]:8080:80/tcp")]
    [InlineData("[2001:db8::1]::80/udp", "[2001:db8::1]::80/udp")]
    [InlineData("8000-8010:80", "8000-8010:80/tcp")]
    [InlineData("8000-8002:80-82", "8000:80/tcp 8001:81/tcp 8002:82/tcp")]
    [InlineData("80-81", "80/tcp 81/tcp")]
    [InlineData("10.0.0.1::80-81/udp", "10.0.0.1::80/udp 10.0.0.1::81/udp")]
    [InlineData("published=8080,target=80,protocol=udp", "8080:80/udp")]
    [InlineData("target=80", "80/tcp")]
    [InlineData("published=8080,target=80,host_ip=127.0.0.1,mode=host", "127.0.0.1:8080:80/tcp")]
    public void Reads(string text, string expected)
    {
        IReadOnlyList<PortMapping> mappings = PortMapping.Parse(text);
        Assert.Equal(expected, string.Join(' ', mappings));
        Assert.All(mappings, mapping => Assert.Equal([mapping], PortMapping.Parse(mapping.ToString())));
    }

    [Theory]
    [InlineData("", "no port specified: <empty>")]
    [InlineData("8080:", "no port specified: 8080:<empty>")]
    [InlineData("/tcp", "no port specified: /tcp<empty>")]
    [InlineData("web", "invalid containerPort: web")]
    [InlineData("65536", "invalid containerPort: 65536")]
    [InlineData("-1", "invalid containerPort: -1")]
    [InlineData("82-80", "invalid containerPort: 82-80")]
    [InlineData("x:80", "invalid hostPort: x")]
    [InlineData("70000:80", "invalid hostPort: 70000")]
    [InlineData("80/icmp", "invalid proto: icmp")]
    [InlineData("8000-8001:80-82", "invalid ranges specified for container and host Ports: 80-82 and 8000-8001")]
    [InlineData("8000:80-82", "invalid ranges specified for container and host Ports: 80-82 and 8000")]
    [InlineData("localhost:80:80", "invalid IP address: localhost")]
    [InlineData("1.2.3:80:80", "invalid IP address: 1.2.3")]
    [InlineData("[127.0.0.1]:80:80", "invalid IP address: 127.0.0.1")]
    [InlineData("[::g]:80:80", "invalid IP address: ::g")]
    [InlineData("published=80,80", "invalid publish opts format (should be name=value but got '80')")]
    [InlineData("published=80", "missing mandatory field 'target' in 'published=80'")]
    public void Refuses(string text, string message)
    {
        BrigException error = Assert.Throws<BrigException>(() => PortMapping.Parse(text));
        Assert.Equal(message, error.Message);
        Assert.Equal(ErrorKind.InvalidArgument, error.Kind);
    }

    [Fact]
    public void Bare_ipv6_is_refused_with_advice() =>
        Assert.Contains("too many colons in address", Assert.Throws<BrigException>(() => PortMapping.Parse("::1:80:80")).Message, StringComparison.Ordinal);

    [Fact]
    public void Published_port_reads_like_dockers() =>
        Assert.Equal("0.0.0.0:8080->80/tcp", new PublishedPort(IPAddress.Any, 8080, 80, TransportProtocol.Tcp).ToString());
}
