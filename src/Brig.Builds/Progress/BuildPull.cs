using Brig.Images.Transfers;

namespace Brig.Builds;

/// <summary>News of the base image's pull.</summary>
public sealed record BuildPull(TransferProgress Progress) : BuildEvent;
