namespace Brig.Images.Contents;

/// <summary>Where a path of an image comes from.</summary>
/// <param name="Path">As the image has it, from the root, symbolic links on the way followed.</param>
/// <param name="Steps">What each layer did there, the topmost first: the first tells what is there now.</param>
public sealed record PathOrigin(string Path, IReadOnlyList<PathStep> Steps);
