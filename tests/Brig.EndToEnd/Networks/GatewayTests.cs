using System.Net;
using System.Net.Sockets;
using Brig.EndToEnd.Support;

namespace Brig.EndToEnd.Networks;

/// <summary>Options of networks as the command line gives and shows them; what they do to packets is tested in Brig.Networks.Tests.</summary>
public sealed class GatewayTests(EngineRoot brig) : IClassFixture<EngineRoot>
{
    private const string Sleep = "trap exit TERM; while :; do sleep 0.1; done";

    [Fact]
    public void Routed_ports_are_shown_without_a_port_of_the_host()
    {
        string network = brig.NewName("net"), name = brig.NewName("c");
        int port = FreePort();
        brig.Do("network", "create", "--ipv6", "-o", "com.docker.network.bridge.gateway_mode_ipv6=routed", network);
        brig.Do("run", "-d", "--name", name, "--network", network, "-p", $"{port}:80", BaseImage.Name, "sh", "-c", Sleep);
        Assert.Equal($$"""{"80/tcp":[{"HostIp":"0.0.0.0","HostPort":"{{port}}"},{"HostIp":"::","HostPort":""}]}""", brig.Inspect(name, "{{json .NetworkSettings.Ports}}"));
        Assert.Equal($"80/tcp, 0.0.0.0:{port}->80/tcp", brig.Do("ps", "--filter", "name=" + name, "--format", "{{.Ports}}"));
        Assert.Equal($"80/tcp -> 0.0.0.0:{port}\n80/tcp -> [::]:", brig.Do("port", name));
        string address6 = brig.Inspect(name, $"{{{{(index .NetworkSettings.Networks \"{network}\").GlobalIPv6Address}}}}");
        Assert.Equal($"{address6} 80 tcp 80 everywhere route\n0.0.0.0 {port} tcp 80 everywhere rule", brig.Do("ports", "--format", "{{.Address}} {{.Port}} {{.Protocol}} {{.Target}} {{.Scope}} {{.Via}}"));
        brig.Do("rm", "-f", name);
        brig.Do("network", "rm", network);
    }

    [Fact]
    public void Networks_without_protection_and_with_trusted_interfaces_are_listed_as_open()
    {
        string open = brig.NewName("net"), trusting = brig.NewName("net"), name = brig.NewName("c");
        int port = FreePort();
        brig.Do("network", "create", "--subnet", "10.73.0.0/24", "-o", "com.docker.network.bridge.gateway_mode_ipv4=nat-unprotected", open);
        brig.Do("network", "create", "--subnet", "10.74.0.0/24", "-o", "com.docker.network.bridge.trusted_host_interfaces=wg0:eth3", trusting);
        brig.Do("run", "-d", "--name", name, "--network", open, "--network", $"name={trusting},gw-priority=1", "-p", $"127.0.0.1:{port}:80", BaseImage.Name, "sh", "-c", Sleep);
        Assert.Equal("10.73.0.2 any it opens everywhere route\n10.74.0.2 80 wg0,eth3 route", brig.Do("ports", "--format", "{{.Address}} {{.Port}} {{.Scope}} {{.Via}}"));
        Assert.Equal($$"""{"80/tcp":[{"HostIp":"127.0.0.1","HostPort":"{{port}}"}]}""", brig.Inspect(name, "{{json .NetworkSettings.Ports}}"));
        brig.Do("rm", "-f", name);
        brig.Do("network", "rm", open, trusting);
    }

    [Fact]
    public void Settings_are_kept_for_other_networks()
    {
        string settings = brig.NewName("net"), network = brig.NewName("net");
        brig.Do("network", "create", "--config-only", "--subnet", "10.75.0.0/24", "--label", "tier=back", "-o", "com.docker.network.driver.mtu=1400", settings);
        brig.Do("network", "create", "--config-from", settings, network);
        Assert.Equal($"10.75.0.0/24 {settings} back", brig.Do("network", "inspect", "-f", "{{range .IPAM.Config}}{{.Subnet}}{{end}} {{.ConfigFrom.Network}} {{.Labels.tier}}", network));
        Assert.Equal("true null", brig.Do("network", "inspect", "-f", "{{.ConfigOnly}} {{.Driver}}", settings));
        Assert.Equal("1400", brig.Do("run", "--rm", "--network", network, BaseImage.Name, "cat", "/sys/class/net/eth0/mtu"));
        Assert.Contains("cannot create endpoint on a configuration-only network", brig.Try("run", "--rm", "--network", settings, BaseImage.Name, "true").Error, StringComparison.Ordinal);
        Assert.Contains("is in use", brig.Try("network", "rm", settings).Error, StringComparison.Ordinal);
        Assert.Equal($"Deleted Networks:\n{network}", brig.Do("network", "prune", "-f", "--filter", "label=tier").TrimEnd());
        brig.Do("network", "rm", settings);
    }

    [Fact]
    public void A_renamed_container_is_found_by_its_new_name_and_keeps_its_hostname()
    {
        string network = brig.NewName("net"), name = brig.NewName("old"), renamed = brig.NewName("new");
        brig.Do("network", "create", network);
        string id = brig.Do("run", "-d", "--name", name, "--network", network, BaseImage.Name, "sh", "-c", Sleep);
        brig.Do("rename", name, renamed);
        Assert.NotEqual("", brig.Do("run", "--rm", "--network", network, BaseImage.Name, "getent", "hosts", renamed));
        Assert.NotEqual(0, brig.Try("run", "--rm", "--network", network, BaseImage.Name, "getent", "hosts", name).ExitCode);
        Assert.Equal(id[..12], brig.Do("exec", renamed, "cat", "/etc/hostname"));
        brig.Do("rm", "-f", renamed);
        brig.Do("network", "rm", network);
    }

    [Fact]
    public void Hosts_files_fit_the_network()
    {
        string network = brig.NewName("net");
        brig.Do("network", "create", "--internal", network);
        string gateway = brig.Do("network", "inspect", "-f", "{{range .IPAM.Config}}{{.Gateway}}{{end}}", network);
        Assert.Contains($"{gateway}\tup\n", brig.Try("run", "--rm", "--network", network, "--add-host", "up:host-gateway", BaseImage.Name, "cat", "/etc/hosts").Output, StringComparison.Ordinal);
        Assert.EndsWith("192.0.2.7\tother\n127.0.0.1\tup\n", brig.Try("run", "--rm", "--network", "host", "--add-host", "other:192.0.2.7", "--add-host", "up:host-gateway", BaseImage.Name, "cat", "/etc/hosts").Output, StringComparison.Ordinal);
        Assert.DoesNotContain(":", brig.Do("run", "--rm", "--sysctl", "net.ipv6.conf.all.disable_ipv6=1", BaseImage.Name, "cat", "/etc/hosts"), StringComparison.Ordinal);
        brig.Do("network", "rm", network);
    }

    [Fact]
    public void A_container_that_shares_a_network_shares_its_files_of_names()
    {
        string name = brig.NewName("c");
        brig.Do("run", "-d", "--name", name, "--dns", "192.0.2.53", "--add-host", "db:192.0.2.8", BaseImage.Name, "sh", "-c", Sleep);
        foreach (string file in (string[])["/etc/hosts", "/etc/resolv.conf", "/etc/hostname"])
        {
            Assert.Equal(brig.Do("exec", name, "cat", file), brig.Do("run", "--rm", "--network", "container:" + name, BaseImage.Name, "cat", file));
        }

        foreach (string[] flags in (string[][])[["--dns", "192.0.2.1"], ["--add-host", "x:192.0.2.1"], ["--hostname", "y"], ["-p", "80"]])
        {
            Assert.Contains("and the container type network mode", brig.Try(["run", "--rm", "--network", "container:" + name, .. flags, BaseImage.Name, "true"]).Error, StringComparison.Ordinal);
        }

        brig.Do("rm", "-f", name);
    }

    private static int FreePort()
    {
        using TcpListener listener = new(IPAddress.Any, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }
}
