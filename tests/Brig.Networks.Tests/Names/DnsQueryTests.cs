using System.Net;
using System.Text;
using Brig.Networks.Names;

namespace Brig.Networks.Tests.Names;

public sealed class DnsQueryTests
{
    [Fact]
    public void A_query_is_read()
    {
        DnsQuery query = DnsQuery.Parse(Message("Web.Example", 28, edns: 1232), out DnsCode error)!;
        Assert.Equal(DnsCode.NoError, error);
        Assert.Equal("web.example", query.Name);
        Assert.Equal(DnsType.AAAA, query.Type);
        Assert.True(query.HasEdns);
        Assert.Equal(1232, query.DatagramSize);
    }

    [Fact]
    public void Answers_are_not_answered_and_nonsense_is_told()
    {
        byte[] answer = Message("a", 1);
        answer[2] |= 0x80;
        Assert.Null(DnsQuery.Parse(answer, out _));
        Assert.Null(DnsQuery.Parse([1, 2, 3], out _));
        byte[] update = Message("a", 1);
        update[2] = 5 << 3;
        Assert.NotNull(DnsQuery.Parse(update, out DnsCode error));
        Assert.Equal(DnsCode.NotImplemented, error);
        byte[] two = Message("a", 1);
        two[5] = 2;
        Assert.NotNull(DnsQuery.Parse(two, out error));
        Assert.Equal(DnsCode.FormatError, error);
        byte[] loop = [.. Message("", 1)[..12], 0xC0, 12, 0, 1, 0, 1];
        Assert.NotNull(DnsQuery.Parse(loop, out error));
        Assert.Equal(DnsCode.FormatError, error);
    }

    [Fact]
    public void Whatever_comes_is_answered_or_passed_over()
    {
        Random random = new(7);
        for (int round = 0; round < 200_000; round++)
        {
            byte[] message = round % 2 == 0 ? new byte[random.Next(600)] : Message("name.of.some.length", (ushort)random.Next(300), edns: 4096);
            if (round % 2 == 0)
            {
                random.NextBytes(message);
            }

            for (int change = 0; change < 4 && message.Length > 0; change++)
            {
                message[random.Next(message.Length)] = (byte)random.Next(256);
            }

            if (DnsQuery.Parse(message, out DnsCode error) is { } query)
            {
                byte[] reply = error == DnsCode.NoError ? DnsReply.Addresses(query, [IPAddress.Loopback, IPAddress.IPv6Loopback], query.DatagramSize) : DnsReply.Empty(query, error);
                Assert.True(reply.Length >= 12 && (reply[2] & 0x80) != 0);
                Assert.False(query.IsAnsweredBy(message, 1) && (message[2] & 0x80) == 0);
            }
        }
    }

    [Theory]
    [InlineData("4.3.2.1.in-addr.arpa", "1.2.3.4")]
    [InlineData("256.3.2.1.in-addr.arpa", null)]
    [InlineData("3.2.1.in-addr.arpa", null)]
    [InlineData("2.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.3.8.e.4.d.0.5.b.ip6.arpa", "b50d:4e83::2")]
    [InlineData("2.ip6.arpa", null)]
    public void Names_of_addresses_are_read(string name, string? address) => Assert.Equal(address, ReverseName.TryParse(name)?.ToString());

    private static byte[] Message(string name, ushort type, int edns = 0)
    {
        List<byte> bytes = [0x12, 0x34, 1, 0, 0, 1, 0, 0, 0, 0, 0, (byte)(edns > 0 ? 1 : 0)];
        foreach (string label in name.Split('.', StringSplitOptions.RemoveEmptyEntries))
        {
            bytes.Add((byte)label.Length);
            bytes.AddRange(Encoding.ASCII.GetBytes(label));
        }

        bytes.AddRange([0, (byte)(type >> 8), (byte)type, 0, 1]);
        if (edns > 0)
        {
            bytes.AddRange([0, 0, 41, (byte)(edns >> 8), (byte)edns, 0, 0, 0, 0, 0, 0]);
        }

        return [.. bytes];
    }
}
