namespace Brig.Images.Transfers;

/// <summary>
/// A layer's news. <paramref name="Id"/> is what Docker shows (twelve digits); bytes are compressed ones, <paramref name="Total"/> is 0 where it is not known.
/// Comes from several threads at once, some hundred times a second at most for each layer.
/// </summary>
public readonly record struct TransferProgress(string Id, TransferState State, long Current, long Total)
{
    /// <summary>The repository that a mounted layer came from.</summary>
    public string? Origin { get; init; }

    /// <summary>Docker's words for the state.</summary>
    public string Words => State switch
    {
        TransferState.Pulling => "Pulling fs layer",
        TransferState.Waiting => "Waiting",
        TransferState.Downloading => "Downloading",
        TransferState.Downloaded => "Download complete",
        TransferState.Extracting => "Extracting",
        TransferState.Pulled => "Pull complete",
        TransferState.AlreadyHere => "Already exists",
        TransferState.Preparing => "Preparing",
        TransferState.Pushing => "Pushing",
        TransferState.Pushed => "Pushed",
        TransferState.AlreadyThere => "Layer already exists",
        TransferState.Mounted => $"Mounted from {Origin}",
        _ => "Loading layer",
    };
}
