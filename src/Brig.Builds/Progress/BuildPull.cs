using Brig.Images.Transfers;

namespace Brig.Builds;

/// <summary>News of an image's pull, which is a step.</summary>
public sealed record BuildPull(int Step, TransferProgress Progress) : BuildEvent;
