namespace Brig.Containers.Steps;

/// <summary>Takes a piece of a step's output as it comes: 1 is standard output, 2 standard error. The bytes are valid during the call only.</summary>
public delegate void StepOutput(int stream, ReadOnlySpan<byte> bytes);
