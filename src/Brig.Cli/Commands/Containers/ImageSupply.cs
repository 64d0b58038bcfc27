using Brig.Cli.Commands.Images;
using Brig.Cli.Flags;
using Brig.Containers;
using Brig.Images;
using Brig.Oci;

namespace Brig.Cli.Commands.Containers;

/// <summary>Gets the image that a container is made of: from the store, or pulled where it is missing.</summary>
internal static class ImageSupply
{
    /// <param name="call">The command.</param>
    /// <param name="engine">Whose images.</param>
    /// <param name="name">As the user wrote it.</param>
    /// <param name="platform">What it must be for; null for what the name means here.</param>
    /// <param name="policy">When it is pulled.</param>
    /// <param name="quiet">Whether nothing is said about that.</param>
    public static Image Get(Invocation call, Engine engine, string name, Platform? platform, string policy, bool quiet)
    {
        if (name.StartsWith("step:", StringComparison.Ordinal))
        {
            Builds.Cache.BuildCache steps = new(engine.Database, engine.Images, engine.Time);
            return steps.ImageOf(steps.Get(name["step:".Length..])) ?? throw BrigException.NotFound($"the layers of {Oci.Text.Quote(name)} are gone (build again)");
        }

        Image? known = policy == "always" ? null : platform is null ? engine.Images.Find(name) : engine.Images.Find(name, platform);
        if (known is not null)
        {
            return known;
        }

        switch (policy)
        {
            case "never":
                throw BrigException.NotFound($"No such image: {(ImageReference.TryParse(name, out ImageReference? wanted) ? wanted.WithDefaultTag().Familiar : Oci.Text.Quote(name))}");
            case "missing" or "always":
                break;
            default:
                throw BrigException.Invalid($"invalid pull option: '{Oci.Text.Quote(policy)}': must be one of \"always\", \"missing\" or \"never\"");
        }

        ImageReference reference = ImageReference.Parse(name).WithDefaultTag();
        if (!quiet)
        {
            call.Error.WriteLine($"Unable to find image '{reference.Familiar}' locally");
            call.Error.Flush();
        }

        return Pulling.Run(call, engine, name, platform ?? ImageNames.Platform(""), quiet).Image;
    }
}
