using System.Text;
using Brig.Linux;
using Microsoft.Win32.SafeHandles;

namespace Brig.Cli.Commands.Registry;

/// <summary>Reads what a person types at the terminal that is the standard input.</summary>
internal static class Prompt
{
    private const int LongestLine = 4096;

    /// <summary>A line as it is typed, without its end.</summary>
    public static string Line()
    {
        using SafeFileHandle input = new(0, ownsHandle: false);
        List<byte> line = [];
        Span<byte> one = stackalloc byte[1];
        while (line.Count < LongestLine && Files.Read(input, one) == 1 && one[0] != '\n')
        {
            line.Add(one[0]);
        }

        return Encoding.UTF8.GetString([.. line]).Trim('\r', ' ');
    }

    /// <summary>A line of which nothing shows on the screen.</summary>
    public static string Secret()
    {
        byte[] before = Terminal.HideInput(0);
        try
        {
            return Line();
        }
        finally
        {
            Terminal.Restore(0, before);
        }
    }
}
