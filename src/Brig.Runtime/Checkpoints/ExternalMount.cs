namespace Brig.Runtime.Checkpoints;

/// <summary>A mount whose content is the machine's.</summary>
/// <param name="Destination">Where it is in the container; its name in the images.</param>
/// <param name="Source">What is mounted there.</param>
/// <param name="IsMask">It hides what is below it, where that is a file.</param>
internal readonly record struct ExternalMount(string Destination, string Source, bool IsMask);
