using Brig.Images;
using Brig.Oci;

namespace Brig.Cli.Commands.Images;

/// <summary>The <c>--platform</c> of commands about images that are here: the store has one platform of each.</summary>
internal static class ImagePlatforms
{
    /// <summary>Throws NotFound in Docker's words where the image is for none of the platforms. Says nothing where there is no image or none is asked for.</summary>
    public static void Require(Image? image, string name, IReadOnlyCollection<Platform> wanted)
    {
        if (image is null || wanted.Count == 0)
        {
            return;
        }

        Platform own = new() { Os = image.Config.Os, Architecture = image.Config.Architecture, Variant = image.Config.Variant };
        if (!wanted.Any(platform => PlatformChoice.Fits(own, platform)))
        {
            throw BrigException.NotFound($"image with reference {Oci.Text.Quote(name)} was found but does not provide the specified platform ({string.Join(", ", wanted)})");
        }
    }
}
