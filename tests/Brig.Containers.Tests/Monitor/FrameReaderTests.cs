using Brig.Containers.Monitor;

namespace Brig.Containers.Tests.Monitor;

public sealed class FrameReaderTests
{
    [Theory]
    [InlineData(1)]
    [InlineData(7)]
    [InlineData(100_000)]
    public void Frames_come_whole_however_they_arrive(int piece)
    {
        byte[] big = [.. Enumerable.Range(0, 200_000).Select(value => (byte)value)];
        byte[] sent = [.. Frames.Make(FrameType.Output, "one"u8), .. Frames.Make(FrameType.Wait, []), .. Frames.Make(FrameType.Input, big), .. Frames.Number(FrameType.Exited, 137)];
        FrameReader reader = new();
        List<(FrameType Type, byte[] Content)> got = [];
        for (int at = 0; at < sent.Length;)
        {
            Span<byte> free = reader.Free();
            int count = Math.Min(Math.Min(piece, free.Length), sent.Length - at);
            sent.AsSpan(at, count).CopyTo(free);
            reader.Advance(count);
            at += count;
            while (reader.TryTake(out FrameType type, out ReadOnlySpan<byte> content))
            {
                got.Add((type, content.ToArray()));
            }
        }

        Assert.Equal([FrameType.Output, FrameType.Wait, FrameType.Input, FrameType.Exited], got.Select(frame => frame.Type));
        Assert.Equal(big, got[2].Content);
        Assert.Equal(137, Frames.Number(got[3].Content));
    }

    [Fact]
    public void An_impossible_size_is_refused()
    {
        FrameReader reader = new();
        new byte[] { 3, 255, 255, 255, 127 }.CopyTo(reader.Free());
        reader.Advance(5);
        Assert.Throws<BrigException>(() => reader.TryTake(out _, out _));
    }
}
