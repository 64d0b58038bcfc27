using Brig.Cli.Flags;
using Brig.Cli.Text;
using Brig.Containers;
using Brig.Images.Archives;
using Brig.Linux;
using Microsoft.Win32.SafeHandles;

namespace Brig.Cli.Commands.Images;

internal static class SaveCommand
{
    private const int BufferSize = 64 << 10;

    public static CommandDefinition Definition =>
        new("save", "[OPTIONS] IMAGE [IMAGE...]", "Save one or more images to a tar archive (streamed to STDOUT by default)", Run);

    private static int Run(Invocation call)
    {
        StringFlag output = call.Flags.String("output", 'o', "Write to a file, instead of STDOUT");
        IReadOnlyList<string> names = call.Parse(Arity.AtLeast(1));
        if (output.Value.Length == 0 && Terminal.IsTerminal(1))
        {
            throw BrigException.Invalid("cowardly refusing to save to a terminal. Use the -o flag or redirect");
        }

        using Engine engine = Engines.Open(call);
        using Interruption interruption = new();
        ImageSaver saver = new(engine.Images);
        if (output.Value.Length > 0)
        {
            OutputFile.Write(output.Value, stream => saver.Save(names, stream, interruption.Token));
            return 0;
        }

        using BufferedStream buffered = new(new DescriptorStream(new SafeFileHandle(1, ownsHandle: false)), BufferSize);
        saver.Save(names, buffered, interruption.Token);
        buffered.Flush();
        return 0;
    }
}
