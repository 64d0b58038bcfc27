using System.Runtime.CompilerServices;
using Brig.Images.Layers;
using Brig.State;

namespace Brig.Images.Tests.Layers;

/// <summary>This program again, as the process that a test kills while it unpacks.</summary>
internal static class Child
{
    internal const string Variable = "BRIG_TEST_INGEST";

#pragma warning disable CA2255 // the test runner owns Main; this must come before it
    [ModuleInitializer]
#pragma warning restore CA2255
    internal static void Start()
    {
        if (Environment.GetEnvironmentVariable(Variable)?.Split(':') is [var root, var run, var tar])
        {
            using FileStream input = File.OpenRead(tar);
            new LayerStore(new StateRoot(root, run)).Ingest(input, null, () => [], CancellationToken.None);
            Environment.Exit(0);
        }
    }
}
