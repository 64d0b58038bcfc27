namespace Brig.Builds.Dockerfiles;

/// <summary>ONBUILD. The trigger is kept as text, as the image configuration keeps it; it has been parsed once, so its grammar is right.</summary>
internal sealed record OnbuildInstruction(string Trigger) : Instruction;
