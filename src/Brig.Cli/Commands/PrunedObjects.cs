using Brig.Cli.Flags;
using Brig.Cli.Text;

namespace Brig.Cli.Commands;

/// <summary>What a <c>prune</c> says at its end.</summary>
internal static class PrunedObjects
{
    public static void Print(Invocation call, string kind, IReadOnlyCollection<string> names, long bytes)
    {
        if (names.Count > 0)
        {
            call.Output.WriteLine($"Deleted {kind}:");
            foreach (string name in names)
            {
                call.Output.WriteLine(name);
            }

            call.Output.WriteLine();
        }

        call.Output.WriteLine($"Total reclaimed space: {Sizes.Human(bytes, 4)}");
    }
}
