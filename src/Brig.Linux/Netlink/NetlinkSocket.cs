using System.Buffers.Binary;
using System.Runtime.InteropServices;
using System.Text;
using Microsoft.Win32.SafeHandles;

namespace Brig.Linux.Netlink;

/// <summary>
/// A netlink socket of the network namespace in which it was opened, whatever its user joins later.
/// The kernel answers while it takes the request, so nothing here ever waits for another process.
/// </summary>
public sealed class NetlinkSocket : IDisposable
{
    private const int NLMSG_ERROR = 2;
    private const int NLMSG_DONE = 3;
    private readonly SafeFileHandle _socket;
    private byte[]? _answer;
    private uint _sequence;

    private NetlinkSocket(SafeFileHandle socket) => _socket = socket;

    public static unsafe NetlinkSocket Open(NetlinkProtocol protocol)
    {
        const int NETLINK_EXT_ACK = 11;
        int number = NetlinkCalls.Socket(NetlinkCalls.AF_NETLINK, NetlinkCalls.SOCK_RAW | NetlinkCalls.SOCK_CLOEXEC, (int)protocol);
        if (number < 0)
        {
            throw LinuxException.Last("socket", protocol.ToString());
        }

        SafeFileHandle socket = new(number, ownsHandle: true);
        int on = 1;
        _ = NetlinkCalls.SetSockOpt(socket, NetlinkCalls.SOL_NETLINK, NETLINK_EXT_ACK, &on, sizeof(int)); // before Linux 4.12 errors come without words
        return new NetlinkSocket(socket);
    }

    /// <summary>Sends all messages at once and waits for the answer to the last. Throws for the first that failed, with the kernel's words; later ones were carried out all the same (route) or none at all was (a netfilter batch).</summary>
    public void Request(NetlinkWriter messages, string operation)
    {
        if (TryRequest(messages, out string? words) is { } errno and not Errno.None)
        {
            throw new LinuxException(operation, words, errno);
        }
    }

    /// <summary>As <see cref="Request"/>, but gives the first error.</summary>
    public Errno TryRequest(NetlinkWriter messages, out string? words)
    {
        messages.AddFlags(NetlinkFlags.NLM_F_ACK);
        uint last = Send(messages);
        return Acknowledgement(last, out words);
    }

    /// <summary>As <see cref="TryRequest"/> for a netfilter batch, whose last message (the end mark) older kernels do not acknowledge: the one before it asks for the answer.</summary>
    public Errno TryBatch(NetlinkWriter messages, out string? words)
    {
        uint end = Send(messages);
        return Acknowledgement(end - 1, out words);
    }

    /// <summary>Sends one message and reads all that the kernel lists for it. Gives the error that ended the list, if one did.</summary>
    public Errno Dump(NetlinkWriter message, NetlinkMessageReader read)
    {
        uint wanted = Send(message);
        while (true)
        {
            ReadOnlySpan<byte> answer = Receive();
            while (TakeMessage(ref answer, out int type, out NetlinkFlags flags, out uint sequence, out ReadOnlySpan<byte> body))
            {
                if (sequence != wanted)
                {
                    continue;
                }

                switch (type)
                {
                    case NLMSG_ERROR:
                        return (Errno)(-BinaryPrimitives.ReadInt32LittleEndian(body));
                    case NLMSG_DONE:
                        return body.Length >= 4 ? (Errno)(-BinaryPrimitives.ReadInt32LittleEndian(body)) : Errno.None;
                    default:
                        read(type, body);
                        if ((flags & NetlinkFlags.NLM_F_MULTI) == 0)
                        {
                            return Errno.None;
                        }

                        break;
                }
            }
        }
    }

    /// <summary>The index of an interface in the socket's namespace; 0 where there is none of that name. Takes no lock of the kernel that others hold long (SIOCGIFINDEX).</summary>
    public unsafe int InterfaceIndex(string name)
    {
        const int SIOCGIFINDEX = 0x8933;
        NetlinkCalls.InterfaceRequest request = default;
        Encoding.UTF8.GetBytes(name, new Span<byte>(request.Name, 15));
        return NetlinkCalls.Ioctl(_socket, SIOCGIFINDEX, &request) == 0 ? request.Index
            : (Errno)Marshal.GetLastPInvokeError() == Errno.ENODEV ? 0
            : throw LinuxException.Last("find interface", name);
    }

    public void Dispose() => _socket.Dispose();

    private unsafe uint Send(NetlinkWriter messages)
    {
        uint first = _sequence + 1;
        _sequence += (uint)messages.Count;
        int length = messages.CloseAndNumber(first);
        NetlinkCalls.NetlinkAddress kernel = new() { Family = NetlinkCalls.AF_NETLINK };
        fixed (byte* bytes = messages.Bytes)
        {
            nint sent;
            do
            {
                sent = NetlinkCalls.SendTo(_socket, bytes, (nuint)length, 0, &kernel, (uint)sizeof(NetlinkCalls.NetlinkAddress));
            }
            while (sent < 0 && Marshal.GetLastPInvokeError() == (int)Errno.EINTR);
            return sent == length ? _sequence : throw LinuxException.Last("send", "netlink");
        }
    }

    private Errno Acknowledgement(uint last, out string? words)
    {
        Errno first = Errno.None;
        words = null;
        while (true)
        {
            ReadOnlySpan<byte> answer = Receive();
            while (TakeMessage(ref answer, out int type, out NetlinkFlags flags, out uint sequence, out ReadOnlySpan<byte> body))
            {
                if (type != NLMSG_ERROR)
                {
                    continue;
                }

                Errno errno = (Errno)(-BinaryPrimitives.ReadInt32LittleEndian(body));
                if (first == Errno.None && errno != Errno.None)
                {
                    first = errno;
                    words = Words(flags, body);
                }

                // A batch that is refused as a whole is answered once, for its first message.
                if (sequence == last || (errno != Errno.None && !HasMore()))
                {
                    return first;
                }
            }
        }
    }

    private unsafe bool HasMore()
    {
        const int MSG_PEEK = 2;
        byte one;
        return NetlinkCalls.Receive(_socket, &one, 1, MSG_PEEK | NetlinkCalls.MSG_DONTWAIT) >= 0;
    }

    /// <summary>The text of an extended acknowledgement (NLMSGERR_ATTR_MSG); it follows the echoed request unless that was cut.</summary>
    private static string? Words(NetlinkFlags flags, ReadOnlySpan<byte> body)
    {
        const int NLM_F_CAPPED = 0x100, NLM_F_ACK_TLVS = 0x200, NLMSGERR_ATTR_MSG = 1;
        if (((int)flags & NLM_F_ACK_TLVS) == 0 || body.Length < 4 + NetlinkWriter.HeaderLength)
        {
            return null;
        }

        int echoed = ((int)flags & NLM_F_CAPPED) != 0 ? NetlinkWriter.HeaderLength : NetlinkWriter.Align((int)BinaryPrimitives.ReadUInt32LittleEndian(body[4..]));
        if (4 + echoed > body.Length)
        {
            return null;
        }

        ReadOnlySpan<byte> text = NetlinkAttributes.Find(body[(4 + echoed)..], NLMSGERR_ATTR_MSG);
        return text.IsEmpty ? null : Encoding.UTF8.GetString(text.TrimEnd((byte)0));
    }

    private unsafe ReadOnlySpan<byte> Receive()
    {
        _answer ??= new byte[32768]; // the kernel makes no dump message longer than this
        fixed (byte* buffer = _answer)
        {
            nint got;
            do
            {
                got = NetlinkCalls.Receive(_socket, buffer, (nuint)_answer.Length, NetlinkCalls.MSG_DONTWAIT | NetlinkCalls.MSG_TRUNC);
            }
            while (got < 0 && Marshal.GetLastPInvokeError() == (int)Errno.EINTR);
            return got < 0 ? throw LinuxException.Last("receive", "netlink")
                : got > _answer.Length ? throw new LinuxException("receive", "netlink", Errno.EMSGSIZE)
                : _answer.AsSpan(0, (int)got);
        }
    }

    private static bool TakeMessage(ref ReadOnlySpan<byte> rest, out int type, out NetlinkFlags flags, out uint sequence, out ReadOnlySpan<byte> body)
    {
        type = 0;
        flags = 0;
        sequence = 0;
        body = default;
        if (rest.Length < NetlinkWriter.HeaderLength)
        {
            return false;
        }

        int length = (int)BinaryPrimitives.ReadUInt32LittleEndian(rest);
        if (length < NetlinkWriter.HeaderLength || length > rest.Length)
        {
            return false;
        }

        type = BinaryPrimitives.ReadUInt16LittleEndian(rest[4..]);
        flags = (NetlinkFlags)BinaryPrimitives.ReadUInt16LittleEndian(rest[6..]);
        sequence = BinaryPrimitives.ReadUInt32LittleEndian(rest[8..]);
        body = rest[NetlinkWriter.HeaderLength..length];
        rest = rest[Math.Min(NetlinkWriter.Align(length), rest.Length)..];
        return true;
    }
}
