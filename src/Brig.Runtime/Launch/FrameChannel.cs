using System.Text;
using Brig.Linux;
using Brig.Oci;
using Microsoft.Win32.SafeHandles;

namespace Brig.Runtime.Launch;

/// <summary>Texts between this program and the one it put into a user namespace: four bytes of length, a byte that says whether it is an error, the text.</summary>
internal sealed class FrameChannel(SafeFileHandle socket)
{
    private const int Limit = 32 << 20;

    internal void Send(string text) => Send(0, text);

    internal void Fail(string text) => Send(1, text);

    /// <summary>The next text; throws what the other side failed with.</summary>
    internal string Receive()
    {
        byte[] head = Exactly(5);
        int length = BitConverter.ToInt32(head);
        if (length is < 0 or > Limit)
        {
            throw new BrigException(ErrorKind.Internal, "user namespace: a message of an impossible size");
        }

        string text = Encoding.UTF8.GetString(Exactly(length));
        return head[4] == 0 ? text : throw new BrigException(ErrorKind.Internal, text);
    }

    /// <summary>Sends a text and gives the answer.</summary>
    internal string Ask(string text)
    {
        Send(text);
        return Receive();
    }

    private void Send(byte kind, string text)
    {
        byte[] content = Encoding.UTF8.GetBytes(text);
        Files.WriteAll(socket, [.. BitConverter.GetBytes(content.Length), kind, .. content]);
    }

    private byte[] Exactly(int count)
    {
        byte[] bytes = new byte[count];
        for (int got = 0; got < count;)
        {
            int more = Files.Read(socket, bytes.AsSpan(got));
            got += more > 0 ? more : throw new BrigException(ErrorKind.Internal, "user namespace: the launching process ended");
        }

        return bytes;
    }
}
