using System.Net;
using System.Net.Sockets;
using Brig.EndToEnd.Support;

namespace Brig.EndToEnd.Networks;

public sealed class UserNetworkTests(EngineRoot brig) : IClassFixture<EngineRoot>
{
    private const string Sleep = "exec sleep 600";

    [Fact]
    public void Containers_find_each_other_by_name_while_they_are_connected()
    {
        string network = brig.NewName("net"), web = brig.NewName("web"), asker = brig.NewName("asker");
        brig.Do("network", "create", "--ipv6", network);
        string id = brig.Do("run", "-d", "--name", web, "--network", network, "--network-alias", "Store", "--hostname", "box", BaseImage.Name, "sh", "-c", Sleep);
        brig.Do("run", "-d", "--name", asker, "--network", network, BaseImage.Name, "sh", "-c", Sleep);
        string address = brig.Inspect(web, $"{{{{(index .NetworkSettings.Networks \"{network}\").IPAddress}}}}");
        string address6 = brig.Inspect(web, $"{{{{(index .NetworkSettings.Networks \"{network}\").GlobalIPv6Address}}}}");
        foreach (string name in (string[])[web, "store", "box", id[..12], $"{web}.{network}"])
        {
            Assert.StartsWith(address + " ", brig.Do("exec", asker, "getent", "ahostsv4", name), StringComparison.Ordinal);
            Assert.StartsWith(address6 + " ", brig.Do("exec", asker, "getent", "ahostsv6", name), StringComparison.Ordinal);
        }

        Assert.Equal("nameserver 127.0.0.11", brig.Do("exec", asker, "grep", "nameserver", "/etc/resolv.conf"));
        brig.Do("network", "disconnect", network, web);
        Assert.NotEqual(0, brig.Try("exec", asker, "getent", "hosts", "store").ExitCode);
        Assert.Equal("lo", brig.Do("exec", web, "ls", "/sys/class/net"));
        brig.Do("network", "connect", "--alias", "again", network, web);
        Assert.NotEqual("", brig.Do("exec", asker, "getent", "hosts", "again"));
        Assert.Contains("eth0", brig.Do("exec", web, "ls", "/sys/class/net"), StringComparison.Ordinal);

        // What was connected stays so over a restart.
        brig.Do("restart", "-t", "0", web);
        Assert.NotEqual("", brig.Do("exec", asker, "getent", "hosts", "again"));
        Outcome used = brig.Try("network", "rm", network);
        Assert.Equal(1, used.ExitCode);
        Assert.Contains($"network {network} has active endpoints", used.Error, StringComparison.Ordinal);
        brig.Do("rm", "-f", web, asker);
        brig.Do("network", "rm", network);
    }

    [Fact]
    public void Lists_and_documents_are_dockers()
    {
        string network = brig.NewName("net"), name = brig.NewName("c");
        string id = brig.Do("network", "create", "--subnet", "10.71.0.0/24", "--gateway", "10.71.0.9", "--ip-range", "10.71.0.64/26", "--aux-address", "router=10.71.0.65", "--label", "tier=front", "--internal", network);
        Assert.Matches("^[0-9a-f]{64}$", id);
        Assert.Matches($"^NETWORK ID +NAME +DRIVER +SCOPE\n{id[..12]} +{network} +bridge +local$", brig.Do("network", "ls", "--filter", "label=tier", "--filter", "name=" + network));
        Assert.Equal("bridge\nhost\nnone", brig.Do("network", "ls", "--filter", "type=builtin", "--format", "{{.Name}}"));
        Assert.Contains(id[..12], brig.Do("network", "ls", "-q"), StringComparison.Ordinal);
        brig.Do("run", "-d", "--name", name, "--network", $"name={network},ip=10.71.0.100,alias=x,mac-address=02:00:00:00:00:09", BaseImage.Name, "sh", "-c", Sleep);
        Assert.Equal("10.71.0.0/24 10.71.0.64/26 10.71.0.9 10.71.0.65 true", brig.Do("network", "inspect", "-f", "{{with index .IPAM.Config 0}}{{.Subnet}} {{.IPRange}} {{.Gateway}} {{.AuxiliaryAddresses.router}}{{end}} {{.Internal}}", network));
        Assert.Equal($"{name} 10.71.0.100/24 02:00:00:00:00:09", brig.Do("network", "inspect", "-f", "{{range .Containers}}{{.Name}} {{.IPv4Address}} {{.MacAddress}}{{end}}", id[..10]));
        Assert.Equal(network, brig.Do("ps", "--filter", "network=" + network, "--format", "{{.Networks}}"));
        Outcome missing = brig.Try("network", "inspect", "nowhere");
        Assert.Equal(1, missing.ExitCode);
        Assert.Equal("[]", missing.Line);
        Outcome taken = brig.Try("network", "create", network);
        Assert.Contains($"network with name {network} already exists", taken.Error, StringComparison.Ordinal);
        Outcome builtin = brig.Try("network", "rm", "bridge");
        Assert.Contains("bridge is a pre-defined network and cannot be removed", builtin.Error, StringComparison.Ordinal);
        Assert.Equal("", brig.Do("network", "prune", "-f", "--filter", "label=tier"));
        brig.Do("rm", "-f", name);
        Assert.Equal($"Deleted Networks:\n{network}", brig.Do("network", "prune", "-f", "--filter", "label=tier").TrimEnd());
    }

    [Fact]
    public void Wishes_that_do_not_go_together_are_refused()
    {
        string network = brig.NewName("net");
        brig.Do("network", "create", network);
        foreach ((string[] flags, string words) in ((string[], string)[])
        [
            (["--network", "host", "--network", network], "conflicting options: cannot attach both user-defined and non-user-defined network-modes"),
            (["--network", network, "--ip", "172.18.0.9"], "user specified IP address is supported only when connecting to networks with user configured subnets"),
            (["--ip", "172.17.0.9"], "user specified IP address is supported on user defined networks only"),
            (["--network-alias", "x"], "network-scoped alias is supported only for containers in user defined networks"),
            (["--network", "name=" + network + ",alias=x", "--network-alias", "y"], "conflicting options: cannot specify both --network-alias and per-network network-alias"),
            (["--network", network, "--mac-address", "1:2:3"], "is not a valid mac address"),
            (["--network", "container:nobody"], "No such container: nobody"),
            (["--network", "name=" + network + ",color=red"], "invalid field key color"),
            (["--add-host", "x"], "bad format for add-host"),
            (["--dns", "me"], "me is not an ip address"),
        ])
        {
            Outcome outcome = brig.Try(["run", "--rm", .. flags, BaseImage.Name, "true"]);
            Assert.Equal(125, outcome.ExitCode);
            Assert.Contains(words, outcome.Error, StringComparison.Ordinal);
        }

        Assert.Equal("", brig.Do("ps", "-aq", "--filter", "network=" + network));
        brig.Do("network", "rm", network);
    }

    [Fact]
    public void A_network_is_shared_with_another_container()
    {
        string name = brig.NewName("c");
        brig.Do("run", "-d", "--name", name, "--hostname", "box", BaseImage.Name, "sh", "-c", Sleep);
        Outcome shared = brig.Try("run", "--rm", "--network", "container:" + name, BaseImage.Name, "sh", "-c", "readlink /proc/self/ns/net; hostname; cat /etc/hostname");
        Assert.Equal(brig.Do("exec", name, "readlink", "/proc/self/ns/net") + "\nbox\nbox", shared.Line);
        Outcome refused = brig.Try("run", "--rm", "--network", "container:" + name, "-p", "80", BaseImage.Name, "true");
        Assert.Contains("conflicting options: port publishing and the container type network mode", refused.Error, StringComparison.Ordinal);
        brig.Do("rm", "-f", name);
    }

    [Fact]
    public void A_link_on_the_default_bridge_tells_name_and_ports()
    {
        string name = brig.NewName("db");
        brig.Do("run", "-d", "--name", name, "--expose", "5432", "-e", "COLOR=red", BaseImage.Name, "sh", "-c", Sleep);
        string address = brig.Inspect(name, "{{.NetworkSettings.IPAddress}}");
        string text = brig.Try("run", "--rm", "--link", name + ":store", BaseImage.Name, "sh", "-c", "getent hosts store; env").Output;
        Assert.Contains(address, text.Split('\n')[0], StringComparison.Ordinal);
        Assert.Contains($"STORE_PORT_5432_TCP=tcp://{address}:5432\n", text, StringComparison.Ordinal);
        Assert.Contains("STORE_ENV_COLOR=red\n", text, StringComparison.Ordinal);
        brig.Do("rm", "-f", name);
    }

    [Fact]
    public void What_was_written_into_resolv_conf_stays_and_search_domains_are_the_users()
    {
        string network = brig.NewName("net"), name = brig.NewName("c");
        brig.Do("network", "create", network);
        brig.Do("run", "-d", "--name", name, "--network", network, "--dns-search", "corp.example", "--dns-opt", "timeout:1", "--add-host", "up:host-gateway", BaseImage.Name, "sh", "-c", Sleep);
        Assert.Equal("nameserver 127.0.0.11\nsearch corp.example\noptions timeout:1 ndots:0", brig.Do("exec", name, "cat", "/etc/resolv.conf"));
        string gateway = brig.Inspect(name, $"{{{{(index .NetworkSettings.Networks \"{network}\").Gateway}}}}");
        Assert.StartsWith(gateway, brig.Do("exec", name, "getent", "hosts", "up"), StringComparison.Ordinal);
        brig.Do("exec", name, "sh", "-c", "echo nameserver 192.0.2.9 > /etc/resolv.conf");
        brig.Do("restart", "-t", "0", name);
        Assert.Equal("nameserver 192.0.2.9", brig.Do("exec", name, "cat", "/etc/resolv.conf"));
        brig.Do("rm", "-f", name);
        brig.Do("network", "rm", network);
    }

    [Fact]
    public void Ports_tells_all_that_is_open()
    {
        int port = FreePort(), local = FreePort();
        string name = brig.NewName("c"), hosted = brig.NewName("h");
        brig.Do("run", "-d", "--name", name, "-p", $"{port}:80", "-p", $"127.0.0.1:{local}:81/udp", BaseImage.Name, "sh", "-c", Sleep);
        brig.Do("run", "-d", "--name", hosted, "--network", "host", BaseImage.Name, "sh", "-c", Sleep);
        string[] lines = brig.Do("ports", "--format", "{{.Address}} {{.Port}} {{.Protocol}} {{.Container}} {{.Scope}} {{.Via}}").Split('\n');
        Assert.Contains($"0.0.0.0 {port} tcp {name} everywhere rule", lines);
        Assert.Contains($":: {port} tcp {name} everywhere input", lines);
        Assert.Contains($"* any it opens any {hosted} everywhere input", lines);
        Assert.DoesNotContain(lines, line => line.Contains($" {local} ", StringComparison.Ordinal));
        Assert.Contains($"127.0.0.1 {local} udp {name} host rule", brig.Do("ports", "-a", "--format", "{{.Address}} {{.Port}} {{.Protocol}} {{.Container}} {{.Scope}} {{.Via}}").Split('\n'));
        brig.Do("rm", "-f", name, hosted);
    }

    [Fact]
    public void Exposed_ports_are_published_at_ports_that_the_host_chooses()
    {
        string name = brig.NewName("c");
        brig.Do("run", "-d", "--name", name, "--expose", "81-82", "--expose", "83/udp", "-P", BaseImage.Name, "sh", "-c", Sleep);
        string ports = brig.Do("ps", "--filter", "name=" + name, "--format", "{{.Ports}}");
        foreach (string port in (string[])["81/tcp", "82/tcp", "83/udp"])
        {
            Assert.Matches($@"0\.0\.0\.0:(\d+)->{port}, \[::\]:\1->{port}", ports);
        }

        brig.Do("rm", "-f", name);
        Outcome host = brig.Try("run", "--rm", "--network", "host", "-p", "81", BaseImage.Name, "true");
        Assert.Equal("WARNING: Published ports are discarded when using host network mode", host.Error.TrimEnd());
    }

    [Fact]
    public void Other_names_are_asked_of_the_hosts_servers_from_the_hosts_network()
    {
        string network = brig.NewName("net"), file = Host.Temporary();
        File.WriteAllText(file, "nameserver 127.0.0.77\nsearch example.test\n");
        brig.Do("network", "create", network);
        using RunningCommand server = new("dnsmasq", ["--keep-in-foreground", "--no-resolv", "--no-hosts", "--conf-file=/dev/null", "--pid-file=", "--user=root", "--listen-address=127.0.0.77", "--bind-interfaces", "--address=/www.example.test/192.0.2.7"]);
        Assert.True(Host.Eventually(() => Host.Shell("ss -Hlun").Contains("127.0.0.77:53", StringComparison.Ordinal), 30), server.Error);
        foreach (string name in (string[])["www.example.test", "www"])
        {
            Assert.StartsWith("192.0.2.7", Host.Shell($"unshare --mount sh -c 'mount --bind {file} /etc/resolv.conf && exec {EngineRoot.Binary} {brig.Global} run --rm --network {network} {BaseImage.Name} getent hosts {name}'"), StringComparison.Ordinal);
        }

        server.Kill();
        File.Delete(file);
        brig.Do("network", "rm", network);
    }

    [Fact]
    public void Rules_come_back_with_a_reload_and_options_change()
    {
        int port = FreePort();
        string name = brig.NewName("c");
        brig.Do("network", "update", "-o", "publish-through-input=true", "bridge");
        brig.Do("run", "-d", "--name", name, "-p", $"{port}:80", BaseImage.Name, "sh", "-c", Sleep);
        Assert.Equal("input\ninput", brig.Do("ports", "--format", "{{.Via}}"));
        brig.Do("network", "update", "-o", "publish-through-input=", "bridge");
        brig.Do("restart", "-t", "0", name);
        Assert.Contains("rule", brig.Do("ports", "--format", "{{.Via}}"), StringComparison.Ordinal);
        string table = "inet " + brig.Table, before = Host.Shell("nft list table " + table);
        Host.Shell("nft delete table " + table);
        brig.Do("network", "reload");
        Assert.Equal(before, Host.Shell("nft list table " + table));
        brig.Do("rm", "-f", name);
    }

    [Fact]
    public void Nothing_is_left_of_what_was_killed()
    {
        string network = brig.NewName("net");
        brig.Do("network", "create", "--ipv6", network);
        Random random = new(11);
        for (int round = 0; round < 12; round++)
        {
            int port = FreePort();
            string name = brig.NewName("k");
            using RunningCommand run = brig.Start("run", "-d", "--name", name, "--network", network, "--network", "bridge", "-p", $"{port}:80", BaseImage.Name, "sh", "-c", Sleep);
            Thread.Sleep(random.Next(40));
            if (random.Next(2) == 0)
            {
                run.Kill();
            }
            else
            {
                run.Wait();
            }

            foreach (string process in new Leftovers(brig.Path).Processes().Where(process => process.Contains(" monitor ", StringComparison.Ordinal) && random.Next(3) > 0))
            {
                Host.Shell($"kill -9 {process.Split(' ')[0]} 2>/dev/null || true");
            }
        }

        brig.Try("system", "check", "--repair");
        foreach (string id in brig.Do("ps", "-aq").Split('\n', StringSplitOptions.RemoveEmptyEntries))
        {
            brig.Try("rm", "-f", id);
        }

        Outcome check = new(1, [], "", TimeSpan.Zero);
        Assert.True(Host.Eventually(() => (check = brig.Try("system", "check", "--repair")).Line == "everything is in order", 40), check.ToString());
        brig.Do("network", "rm", network);
        Assert.True(Host.Eventually(() => !Host.Shell("nft list tables").Contains(brig.Table, StringComparison.Ordinal), 40));
    }

    private static int FreePort()
    {
        using TcpListener listener = new(IPAddress.Any, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }
}
