using Brig.Images.Registry;
using Brig.Images.Transfers;
using Brig.Oci;
using Xunit.Runner.InProc.SystemConsole;

namespace Brig.Images.Tests.Support;

/// <summary>Runs the tests; or, as <c>pull ROOT REFERENCE</c>, is the process that a test kills in the middle of a pull.</summary>
internal static class Program
{
    private static async Task<int> Main(string[] args)
    {
        if (args is not ["pull", var root, var reference])
        {
            return await ConsoleRunner.Run(args);
        }

        using TestStore test = new(root);
        using Registries registries = new(_ => null, new RegistryTimeouts());
        Console.WriteLine("ready");
        await new ImagePuller(test.Store, registries).PullAsync(ImageReference.Parse(reference), Platform.Host, Silent.Instance, default);
        Console.WriteLine("done");
        return 0;
    }
}
