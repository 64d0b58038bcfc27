using Brig.Oci;

namespace Brig.Cli.Commands.Images;

/// <summary>References as messages about images show them.</summary>
internal static class ImageNames
{
    /// <summary>With registry and all: <c>docker.io/library/debian:latest</c>.</summary>
    public static string Full(ImageReference reference) =>
        reference.Name + (reference.Tag is null ? "" : ":" + reference.Tag) + (reference.Digest is null ? "" : "@" + reference.Digest);

    /// <summary>Reads a name, and says so where the tag is left to the default.</summary>
    public static ImageReference WithTag(string text, TextWriter? output)
    {
        ImageReference reference = ImageReference.Parse(text);
        TellDefaultTag(reference, output);
        return reference.WithDefaultTag();
    }

    /// <summary>Says so where a name leaves the tag to the default.</summary>
    public static void TellDefaultTag(ImageReference reference, TextWriter? output)
    {
        if (output is not null && reference is { Tag: null, Digest: null })
        {
            output.WriteLine("Using default tag: latest");
            output.Flush();
        }
    }

    /// <summary>The platform that is asked for; this machine's where none is, nor in <c>DOCKER_DEFAULT_PLATFORM</c>.</summary>
    public static Platform Platform(string flag) =>
        flag.Length > 0 ? PlatformChoice.Parse(flag)
        : Environment.GetEnvironmentVariable("DOCKER_DEFAULT_PLATFORM") is { Length: > 0 } usual ? PlatformChoice.Parse(usual)
        : Oci.Platform.Host;
}
