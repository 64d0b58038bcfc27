namespace Brig.Builds.Dockerfiles;

/// <summary>A parsed Dockerfile. <paramref name="Name"/> is what messages call it.</summary>
internal sealed record Dockerfile(string Name, Directives Directives, IReadOnlyList<ArgInstruction> GlobalArgs, IReadOnlyList<Stage> Stages)
{
    /// <summary>A Dockerfile larger than this is refused.</summary>
    internal const int SizeLimit = 16 << 20;

    /// <summary>Parses the text; whatever it holds, nothing but a <see cref="BrigException"/> of one line is thrown.</summary>
    internal static Dockerfile Parse(string text, string name) => new DockerfileParser(text, name).Parse();
}
