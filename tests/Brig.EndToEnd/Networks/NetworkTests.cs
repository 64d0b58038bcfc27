using System.Net;
using System.Net.Sockets;
using Brig.EndToEnd.Support;

namespace Brig.EndToEnd.Networks;

public sealed class NetworkTests(EngineRoot brig) : IClassFixture<EngineRoot>
{
    private const string Server = "while :; do printf 'HTTP/1.0 200 OK\\r\\nContent-Length: 5\\r\\n\\r\\nhello' | perl -MIO::Socket::INET -e 'my $s=IO::Socket::INET->new(LocalPort=>8000,Listen=>5,ReuseAddr=>1) or die; my $data=join(\"\",<STDIN>); while(my $c=$s->accept){my $l=<$c>; print $c $data; close $c}'; done";

    [Fact]
    public void A_published_port_answers_on_every_address_of_the_host_and_names_its_owner()
    {
        int port = FreePort();
        string name = brig.NewName("web");
        brig.Do("run", "-d", "--name", name, "-p", $"{port}:8000", BaseImage.Name, "sh", "-c", Server);
        Assert.True(Host.Eventually(() => Get("127.0.0.1", port) == "hello"));
        string host = Host.Shell("ip -4 -o route get 192.0.2.1 2>/dev/null | sed 's/.*src \\([^ ]*\\).*/\\1/' || true");
        if (IPAddress.TryParse(host, out _))
        {
            Assert.Equal("hello", Get(host, port));
        }

        Assert.Equal($"0.0.0.0:{port}->8000/tcp, [::]:{port}->8000/tcp", brig.Do("ps", "--filter", "name=" + name, "--format", "{{.Ports}}"));
        Outcome taken = brig.Try("run", "--rm", "-p", $"{port}:80", BaseImage.Name, "true");
        Assert.Equal(125, taken.ExitCode);
        Assert.Contains("port is already allocated", taken.Error, StringComparison.Ordinal);
        Assert.Contains(name, taken.Error, StringComparison.Ordinal);
        brig.Do("rm", "-f", name);
        Assert.Null(Get("127.0.0.1", port));
    }

    [Fact]
    public void A_port_of_another_program_is_refused_with_its_name()
    {
        using TcpListener listener = new(IPAddress.Any, 0);
        listener.Start();
        int port = ((IPEndPoint)listener.LocalEndpoint).Port;
        Outcome taken = brig.Try("run", "--rm", "-p", $"{port}:80", BaseImage.Name, "true");
        Assert.Equal(125, taken.ExitCode);
        Assert.Contains($"pid {Environment.ProcessId}", taken.Error, StringComparison.Ordinal);
        Assert.Equal("", brig.Do("ps", "-aq"));
    }

    [Fact]
    public void Names_and_addresses_are_set_up()
    {
        Outcome outcome = brig.Try("run", "--rm", "--hostname", "box", "--add-host", "db:10.0.0.9", "--dns", "192.0.2.53", BaseImage.Name, "sh", "-c", "cat /etc/hosts /etc/resolv.conf; ls /sys/class/net; getent hosts box");
        Assert.Contains("10.0.0.9\tdb", outcome.Output, StringComparison.Ordinal);
        Assert.Contains("nameserver 192.0.2.53", outcome.Output, StringComparison.Ordinal);
        Assert.Contains("eth0\nlo\n", outcome.Output, StringComparison.Ordinal);
        Assert.Matches(@"172\.\d+\.\d+\.\d+\s+box", outcome.Output);
    }

    [Fact]
    public void One_container_reaches_another_by_its_address()
    {
        string name = brig.NewName("peer");
        brig.Do("run", "-d", "--name", name, BaseImage.Name, "sh", "-c", Server);
        string address = brig.Inspect(name, "{{.NetworkSettings.IPAddress}}");
        Assert.True(Host.Eventually(() => brig.Try("run", "--rm", BaseImage.Name, "perl", "-MIO::Socket::INET", "-e",
            $"my $c=IO::Socket::INET->new(PeerAddr=>'{address}:8000',Timeout=>2) or exit 1; print $c \"GET /\\r\\n\"; print <$c>").Output.EndsWith("hello", StringComparison.Ordinal)));
        brig.Do("rm", "-f", name);
    }

    [Fact]
    public void None_has_the_loopback_alone_and_host_has_the_hosts()
    {
        Assert.Equal("lo\n", brig.Run("ls /sys/class/net").Output);
        Assert.Equal(Host.Shell("readlink /proc/self/ns/net"), brig.Try("run", "--rm", "--network", "host", BaseImage.Name, "readlink", "/proc/self/ns/net").Line);
        Outcome unknown = brig.Try("run", "--rm", "--network", "nowhere", BaseImage.Name, "true");
        Assert.Equal(125, unknown.ExitCode);
        Assert.Contains("network nowhere not found", unknown.Error, StringComparison.Ordinal);
    }

    private static int FreePort()
    {
        using TcpListener listener = new(IPAddress.Any, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }

    private static string? Get(string host, int port)
    {
        try
        {
            using TcpClient client = new();
            if (!client.ConnectAsync(host, port).Wait(2000))
            {
                return null;
            }

            client.ReceiveTimeout = 2000;
            using NetworkStream stream = client.GetStream();
            stream.Write("GET / HTTP/1.0\r\n\r\n"u8);
            string answer = new StreamReader(stream).ReadToEnd();
            return answer.EndsWith("hello", StringComparison.Ordinal) ? "hello" : answer;
        }
        catch (Exception error) when (error is SocketException or IOException or AggregateException)
        {
            return null;
        }
    }
}
