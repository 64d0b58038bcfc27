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
    public void Wrong_addresses_are_refused()
    {
        Assert.Throws<BrigException>(() => HostsFile.Text("web", "", [], [("db", "nowhere")], null));
        Assert.Throws<BrigException>(() => HostsFile.Text("web", "", [], [("db", "host-gateway")], null));
    }
}
