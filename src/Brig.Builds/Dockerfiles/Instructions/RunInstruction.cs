namespace Brig.Builds.Dockerfiles;

internal sealed record RunInstruction(CommandLine Command, IReadOnlyList<string> Mounts, string? Network, string? Security, IReadOnlyList<string> Devices) : Instruction;
