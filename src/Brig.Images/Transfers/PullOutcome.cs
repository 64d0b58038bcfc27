namespace Brig.Images.Transfers;

public enum PullOutcome
{
    /// <summary>"Downloaded newer image for …".</summary>
    Downloaded,

    /// <summary>"Image is up to date for …": the name meant this image before.</summary>
    UpToDate,
}
