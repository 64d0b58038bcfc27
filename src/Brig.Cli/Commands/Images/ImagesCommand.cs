using Brig.Cli.Flags;
using Brig.Cli.Tables;
using Brig.Containers;

namespace Brig.Cli.Commands.Images;

internal static class ImagesCommand
{
    public static CommandDefinition Definition => new("images", "[OPTIONS] [REPOSITORY[:TAG]]", "List images", Run);

    private static int Run(Invocation call)
    {
        call.Flags.Bool("all", 'a', "Show all images (default hides intermediate images)");
        BoolFlag digests = call.Flags.Bool("digests", "Show digests");
        ListFlag filters = call.Flags.List("filter", 'f', "filter", "Filter output based on conditions provided");
        ListFlags list = new(call.Flags, "Only show image IDs");
        IReadOnlyList<string> names = call.Parse(Arity.AtMost(1));
        using Engine engine = Engines.Open(call);
        ImageFilters chosen = new([.. filters.Values, .. names.Select(name => "reference=" + name)], engine.Images.Get);
        bool showDigests = digests.Value || list.Format.Contains("{{.Digest}}", StringComparison.Ordinal);
        IEnumerable<ImageRow> rows = ImageRow.Of(chosen.Choose(engine.Images.List()), showDigests);
        ImageRow.Format(engine.Time, list.Whole, digests.Value).Write(call.Output, rows, list.Format, list.Detail);
        return 0;
    }
}
