using Brig.Cli.Flags;
using Brig.Cli.Tables;
using Brig.Containers;
using Brig.Images;

namespace Brig.Cli.Commands.Images;

internal static class ImagesCommand
{
    public static CommandDefinition Definition => new("images", "[OPTIONS] [REPOSITORY[:TAG]]", "List images", Run);

    private static int Run(Invocation call)
    {
        BoolFlag all = call.Flags.Bool("all", 'a', "Show all images (default hides intermediate and dangling images)");
        BoolFlag digests = call.Flags.Bool("digests", "Show digests");
        ListFlag filters = call.Flags.List("filter", 'f', "filter", "Filter output based on conditions provided");
        ListFlags list = new(call.Flags, "Only show image IDs");
        BoolFlag tree = call.Flags.Bool("tree", "List multi-platform images as a tree");
        IReadOnlyList<string> names = call.Parse(Arity.AtMost(1));
        if (tree.Value && Unfit(list, digests) is { } flag)
        {
            throw BrigException.Invalid($"{flag} is not yet supported with --tree");
        }

        using Engine engine = Engines.Open(call);
        ImageFilters chosen = new([.. filters.Values, .. names.Select(name => "reference=" + name)], engine.Images.Get, engine.Time);
        IReadOnlyList<Image> shown = [.. chosen.Choose(engine.Images.List()).Where(image => all.Value || chosen.IsAboutDangling || image.Tags.Count + image.Digests.Count > 0)];
        if (tree.Value)
        {
            ImageTree.Write(call.Output, shown, engine.Images.ContentSizeOf, engine.Images.IsInContainer, image => image.Tags.Select(engine.Images.FindIndex).FirstOrDefault(index => index is not null) is { } index ? engine.Images.MembersOf(index) : []);
            return 0;
        }

        bool showDigests = digests.Value || list.Format.Contains("{{.Digest}}", StringComparison.Ordinal);
        IEnumerable<ImageRow> rows = ImageRow.Of(shown, showDigests);
        ImageRow.Format(engine.Time, list.Whole, digests.Value).Write(call.Output, rows, list.Format, list.Detail);
        return 0;
    }

    private static string? Unfit(ListFlags list, BoolFlag digests) =>
        list.Detail == ListDetail.OnlyIds ? "--quiet" : list.Whole ? "--no-trunc" : digests.Value ? "--digests" : list.Format.Length > 0 ? "--format" : null;
}
