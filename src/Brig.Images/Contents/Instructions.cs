using Brig.Oci.Images;

namespace Brig.Images.Contents;

/// <summary>The instruction of an image's history that made each of its layers.</summary>
internal static class Instructions
{
    /// <summary>As many as the image has layers, lowest first; empty where the history ends too soon.</summary>
    internal static IReadOnlyList<string> Of(Image image)
    {
        List<string> made = [.. (image.Config.History ?? []).Where(step => step is { EmptyLayer: false }).Select(step => Text(step!)).Take(image.Layers.Count)];
        return [.. made, .. Enumerable.Repeat("", image.Layers.Count - made.Count)];
    }

    private static string Text(History step) => step.CreatedBy is { Length: > 0 } instruction ? instruction : step.Comment ?? "";
}
