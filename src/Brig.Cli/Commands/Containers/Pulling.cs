using System.Runtime.InteropServices;
using Brig.Cli.Progress;
using Brig.Containers;
using Brig.Images.Registry;
using Brig.Images.Transfers;
using Brig.Oci;

namespace Brig.Cli.Commands.Containers;

/// <summary>A pull with its progress shown.</summary>
internal static class Pulling
{
    public static PullResult Run(TextWriter output, Engine engine, ImageReference reference, Platform platform, bool quiet)
    {
        using CancellationTokenSource cancel = new();
        using PosixSignalRegistration interrupt = PosixSignalRegistration.Create(PosixSignal.SIGINT, context =>
        {
            context.Cancel = true;
            cancel.Cancel();
        });
        if (!quiet)
        {
            output.WriteLine($"{reference.Tag ?? reference.Digest.ToString()}: Pulling from {(reference.Registry == "docker.io" ? reference.Repository : reference.FamiliarName)}");
            output.Flush();
        }

        using TransferDisplay? display = quiet ? null : new(output, TerminalSizes.Of(1), TimeProvider.System);
        Lock order = new();
        using Registries registries = new();
        ImagePuller puller = new(engine.Images, registries);
        PullResult result = puller.PullAsync(reference, platform, new DirectProgress<TransferProgress>(news =>
        {
            lock (order)
            {
                display?.Report(new TransferEvent(news.Id, news.Words, news.Current, news.Total));
            }
        }), cancel.Token).GetAwaiter().GetResult();
        display?.Dispose();
        if (!quiet)
        {
            output.WriteLine($"Digest: {result.Digest}");
            output.WriteLine(result.Outcome == PullOutcome.Downloaded ? $"Status: Downloaded newer image for {result.Reference.Familiar}" : $"Status: Image is up to date for {result.Reference.Familiar}");
            output.Flush();
        }

        return result;
    }
}
