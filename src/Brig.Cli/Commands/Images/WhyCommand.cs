using System.Globalization;
using Brig.Cli.Flags;
using Brig.Cli.Tables;
using Brig.Cli.Text;
using Brig.Containers;
using Brig.Images;
using Brig.Images.Contents;
using Brig.Images.Layers.Index;

namespace Brig.Cli.Commands.Images;

internal static class WhyCommand
{
    private const string Table = "{{.Layer}}\t{{.ID}}\t{{.Action}}\t{{.Type}}\t{{.Mode}}\t{{.Owner}}\t{{.Size}}\t{{.CreatedBy}}";

    public static CommandDefinition Definition => new("why", "[OPTIONS] IMAGE PATH", "Show which layer and instruction a file of an image came from", Run)
    {
        Description = "Show which layer and instruction a file of an image came from, the layer first that has the last word;\n"
            + "below it are the layers that had the file before. Symbolic links on the way to the file are followed.",
    };

    private static int Run(Invocation call)
    {
        ListFlags list = new(call.Flags, "Only show diff IDs");
        IReadOnlyList<string> arguments = call.Parse(Arity.Exactly(2));
        using Engine engine = Engines.Open(call);
        using Interruption interruption = new();
        PathOrigin origin = new ImageContents(engine.Images).Why(engine.Images.Get(arguments[0]), arguments[1], interruption.Token);
        if (list.Format.Length == 0 && list.Detail == ListDetail.Full && origin.Path.TrimStart('/') != arguments[1].Trim('/'))
        {
            call.Output.WriteLine($"{Oci.Text.Quote(arguments[1])} is {Oci.Text.Quote(origin.Path)}");
        }

        Format(list.Whole).Write(call.Output, origin.Steps, list.Format, list.Detail);
        return 0;
    }

    private static ListFormat<PathStep> Format(bool whole) => new("*formatter.pathContext",
    [
        new("Layer", "#", step => step.Layer),
        new("ID", "LAYER", step => whole ? step.DiffId.ToString() : step.DiffId.Digest.Short),
        new("Action", "DOES", step => step.Action switch { LayerAction.Adds => "adds", LayerAction.Overwrites => "overwrites", _ => "hides" }),
        new("Type", "TYPE", step => step.Kind),
        new("Mode", "MODE", step => step.Kind.Length == 0 ? "" : Convert.ToString(step.Mode, 8).PadLeft(4, '0')),
        new("Owner", "OWNER", step => step.Kind.Length == 0 ? "" : $"{step.Uid}:{step.Gid}"),
        new("Size", "SIZE", step => step.Kind is "file" or "hard link" ? Sizes.Human(step.Size, 3) : ""),
        new("ModifiedAt", "MODIFIED", step => step.Modified?.ToString("yyyy-MM-ddTHH:mm:ssZ", CultureInfo.InvariantCulture) ?? ""),
        new("CreatedBy", "CREATED BY", step => HistoryTable.Command(step.CreatedBy, whole)),
    ], Table, "{{.ID}}");
}
