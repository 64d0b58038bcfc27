using Brig.Cli.Flags;
using Brig.Containers;
using Brig.Images;
using Brig.Oci;

namespace Brig.Cli.Commands.Containers;

/// <summary>Gets the image that a container is made of: from the store, or pulled where it is missing.</summary>
internal static class ImageSupply
{
    public static Image Get(Invocation call, Engine engine, string name, string policy, bool quiet)
    {
        if (name.StartsWith("step:", StringComparison.Ordinal))
        {
            Builds.Cache.BuildCache steps = new(engine.Database, engine.Images, engine.Time);
            return steps.ImageOf(steps.Get(name["step:".Length..])) ?? throw BrigException.NotFound($"the layers of {Oci.Text.Quote(name)} are gone (build again)");
        }

        Image? known = policy == "always" ? null : engine.Images.Find(name);
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

        return Pulling.Run(call, engine, name, Platform.Host, quiet).Image;
    }
}
