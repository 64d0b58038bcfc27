using Brig.Oci.Images;

namespace Brig.Builds.Dockerfiles;

/// <summary>HEALTHCHECK. The test is as the image configuration has it; a shell form is not wrapped, the engine does that when it runs.</summary>
internal sealed record HealthcheckInstruction(Healthcheck Check) : Instruction;
