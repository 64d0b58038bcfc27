namespace Brig.Containers.Monitor;

/// <summary>A frame that came from a monitor.</summary>
public sealed record Message(FrameType Type, byte[] Content)
{
    /// <summary>The number in a <see cref="FrameType.Started"/> or <see cref="FrameType.Exited"/> message.</summary>
    public int Number => Frames.Number(Content);

    /// <summary>The error in a <see cref="FrameType.Failed"/> message.</summary>
    public BrigException Error => Frames.Failed(Content);
}
