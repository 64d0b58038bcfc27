namespace Brig.Builds.Records;

/// <summary>A build that was: what <c>build history</c> lists. <paramref name="Image"/> is empty for one that failed, <paramref name="Error"/> for one that did not.</summary>
public sealed record BuildRecord(string Id, string Name, DateTimeOffset Started, double Seconds, int Steps, int CachedSteps, string Image, string Error)
{
    public string Status => Error.Length == 0 ? "Completed" : Error == "canceled" ? "Canceled" : "Error";
}
