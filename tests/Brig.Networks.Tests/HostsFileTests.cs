using System.Net;

namespace Brig.Networks.Tests;

public sealed class HostsFileTests
{
    [Fact]
    public void Lines_stand_in_dockers_order()
    {
        string text = HostsFile.Text("web", "example.org", [IPAddress.Parse("172.17.0.2")], [("db", "10.0.0.5"), ("host.docker.internal", "host-gateway"), ("six", "[2001:db8::1]")], IPAddress.Parse("172.17.0.1"));
        Assert.Equal("127.0.0.1\tlocalhost\n::1\tlocalhost ip6-localhost ip6-loopback\nfe00::\tip6-localnet\nff00::\tip6-mcastprefix\nff02::1\tip6-allnodes\nff02::2\tip6-allrouters\n"
            + "10.0.0.5\tdb\n172.17.0.1\thost.docker.internal\n2001:db8::1\tsix\n172.17.0.2\tweb.example.org web\n", text);
    }

    [Fact]
    public void Without_IPv6_its_lines_are_left_out() =>
        Assert.Equal("127.0.0.1\tlocalhost\n172.17.0.2\tweb\n", HostsFile.WithoutIPv6(HostsFile.Text("web", "", [IPAddress.Parse("172.17.0.2"), IPAddress.Parse("fd00::2")], [], null)));

    [Fact]
    public void In_the_hosts_network_its_own_lines_come_first() =>
        Assert.Equal("127.0.0.1 localhost\n10.0.0.5\tdb\n127.0.0.1\tme\n", HostsFile.OfHost("127.0.0.1 localhost", [("db", "10.0.0.5"), ("me", "host-gateway")]));

    [Fact]
    public void Wrong_addresses_are_refused()
    {
        Assert.Throws<BrigException>(() => HostsFile.Text("web", "", [], [("db", "nowhere")], null));
        Assert.Throws<BrigException>(() => HostsFile.Text("web", "", [], [("db", "host-gateway")], null));
    }
}
