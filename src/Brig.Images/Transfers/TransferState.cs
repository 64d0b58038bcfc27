namespace Brig.Images.Transfers;

/// <summary>Where a layer is on its way, in and out.</summary>
public enum TransferState
{
    Pulling,
    Waiting,
    Downloading,
    Downloaded,
    Extracting,
    Pulled,
    AlreadyHere,
    Preparing,
    Pushing,
    Pushed,
    AlreadyThere,

    /// <summary>Taken from another repository of the same registry.</summary>
    Mounted,
    Loading,
}
