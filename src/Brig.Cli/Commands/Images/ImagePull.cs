using Brig.Cli.Progress;
using Brig.Containers;
using Brig.Images.Registry;
using Brig.Images.Transfers;
using Brig.Oci;

namespace Brig.Cli.Commands.Images;

/// <summary>A pull, told as Docker's client tells it.</summary>
/// <param name="size">Of the terminal that <paramref name="output"/> is; null where it is none.</param>
internal sealed class ImagePull(Engine engine, TextWriter output, Func<TerminalSize>? size)
{
    /// <param name="registries">The way there.</param>
    /// <param name="name">As the user wrote it: without a registry it may mean several places.</param>
    /// <param name="scope">What of it is pulled.</param>
    /// <param name="token">Ends it.</param>
    public async Task<PullResult> RunAsync(Registries registries, string name, PullScope scope, CancellationToken token)
    {
        ImageReference reference = registries.Candidates(name)[0].WithDefaultTag();
        PullResult result;
        bool introduced = false;
        using (TransferDisplay display = new(output, size, engine.Time))
        {
            Lock order = new();
            result = await new ImagePuller(engine.Images, registries).PullAsync(name, scope, new DirectProgress<TransferProgress>(news =>
            {
                // Not before the registry has answered: a name that it does not know is an error and nothing else.
                lock (order)
                {
                    Introduce(reference, ref introduced);
                }

                display.Report(Transfer.Event(news));
            }), token);
        }

        Introduce(result.Reference, ref introduced);
        output.WriteLine($"Digest: {result.Digest}");
        output.WriteLine($"Status: {(result.Outcome == PullOutcome.UpToDate ? "Image is up to date" : "Downloaded newer image")} for {result.Reference.Familiar}");
        output.Flush();
        return result;
    }

    /// <summary>Says nothing on the way.</summary>
    public static Task<PullResult> QuietlyAsync(Engine engine, Registries registries, string name, PullScope scope, CancellationToken token) =>
        new ImagePuller(engine.Images, registries).PullAsync(name, scope, Transfer.Silence, token);

    private void Introduce(ImageReference reference, ref bool introduced)
    {
        if (!introduced)
        {
            introduced = true;
            output.WriteLine($"{(reference.Digest is null ? reference.Tag : ImageNames.Full(reference))}: Pulling from {reference.Repository}");
            output.Flush();
        }
    }
}
