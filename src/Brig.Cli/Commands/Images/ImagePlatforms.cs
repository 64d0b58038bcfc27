using Brig.Images;
using Brig.Oci;

namespace Brig.Cli.Commands.Images;

/// <summary>The <c>--platform</c> of commands about images that are here.</summary>
internal static class ImagePlatforms
{
    /// <summary>The image of a name that is for the platform, or what the name means here where none is asked for. Throws NotFound in Docker's words.</summary>
    public static Image Get(ImageStore images, string name, Platform? wanted)
    {
        Image image = images.Get(name);
        return wanted is null ? image : images.Find(name, wanted)
            ?? throw BrigException.NotFound($"image with reference {Oci.Text.Quote(name)} was found but does not provide the specified platform ({wanted})");
    }

    /// <summary>The platform that a flag asks for; null where it is not given.</summary>
    public static Platform? Of(Flags.StringFlag flag) => flag.IsSet ? PlatformChoice.Parse(flag.Value) : null;
}
