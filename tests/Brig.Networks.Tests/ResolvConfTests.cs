namespace Brig.Networks.Tests;

public sealed class ResolvConfTests
{
    [Theory]
    [InlineData("", "nameserver 8.8.8.8\nnameserver 8.8.4.4\n")]
    [InlineData("nameserver 127.0.0.53\noptions edns0\nsearch lan\n", "nameserver 8.8.8.8\nnameserver 8.8.4.4\nsearch lan\noptions edns0\n")]
    [InlineData("# c\nnameserver 10.0.0.1\nnameserver fe80::1%eth0\nnameserver ::1\n; x\nnameserver\t10.0.0.2 extra\n", "nameserver 10.0.0.1\nnameserver 10.0.0.2\n")]
    [InlineData("domain old\nsearch a b\nsearch c\nnameserver 1.1.1.1", "nameserver 1.1.1.1\nsearch c\n")]
    public void Bridge_leaves_out_what_cannot_be_reached(string host, string expected) =>
        Assert.Equal(expected, ResolvConf.ForBridge(host, NameServers.AsHost));

    [Fact]
    public void Wishes_take_the_hosts_place()
    {
        const string Host = "nameserver 10.0.0.1\nsearch lan\noptions ndots:2\n";
        Assert.Equal("nameserver 127.0.0.1\nsearch lan\noptions ndots:2\n", ResolvConf.ForBridge(Host, new(["127.0.0.1"], [], [])));
        Assert.Equal("nameserver 10.0.0.1\noptions timeout:1\n", ResolvConf.ForBridge(Host, new([], ["."], ["timeout:1"])));
        Assert.Equal("nameserver 10.0.0.1\nsearch x y\noptions ndots:2\n", ResolvConf.ForHost(Host, new([], ["x", "y"], [])));
        Assert.Equal("anything", ResolvConf.ForHost("anything", NameServers.AsHost));
    }
}
