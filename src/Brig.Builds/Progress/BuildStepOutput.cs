namespace Brig.Builds;

/// <summary>A piece of a step's output as it comes, lines not kept whole: stream 1 is standard output, 2 standard error. The bytes may be kept.</summary>
public sealed record BuildStepOutput(int Step, int Stream, ReadOnlyMemory<byte> Bytes) : BuildEvent;
