using System.Text;
using Brig.Cli.Flags;
using Brig.Linux;
using Microsoft.Win32.SafeHandles;

namespace Brig.Cli.Commands;

/// <summary>Asks before something is removed.</summary>
internal static class Confirmation
{
    private const int LongestAnswer = 256;

    /// <summary>True for an answer of yes; everything else, an end of input too, is no.</summary>
    public static bool Ask(Invocation call, string warning)
    {
        call.Output.Write($"{warning}\nAre you sure you want to continue? [y/N] ");
        call.Output.Flush();
        using SafeFileHandle input = new(0, ownsHandle: false);
        StringBuilder answer = new();
        Span<byte> one = stackalloc byte[1];
        while (answer.Length < LongestAnswer && Files.Read(input, one) == 1 && one[0] != '\n')
        {
            answer.Append((char)one[0]);
        }

        return answer.ToString().Trim() is "y" or "Y" or "yes";
    }
}
