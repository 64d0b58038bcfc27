using Brig.Oci;
using Brig.Oci.Images;

namespace Brig.Images;

/// <summary>
/// A step of an image's making. <paramref name="Id"/> is set for the step that ended in an image of the store (else Docker prints <c>&lt;missing&gt;</c>);
/// <paramref name="Size"/> is that of the step's layer, unpacked, 0 where it made none.
/// </summary>
public sealed record HistoryEntry(Digest? Id, DateTimeOffset? Created, string CreatedBy, long Size, string Comment, IReadOnlyList<ImageReference> Tags)
{
    internal static IReadOnlyList<HistoryEntry> Of(Image image, Func<DiffId, long> sizeOf)
    {
        List<HistoryEntry> steps = [];
        int layer = 0;
        foreach (History? step in image.Config.History ?? [])
        {
            if (step is null)
            {
                continue;
            }

            long size = !step.EmptyLayer && layer < image.Layers.Count ? sizeOf(image.Layers[layer]) : 0;
            layer += step.EmptyLayer ? 0 : 1;
            steps.Add(new HistoryEntry(null, step.Created, step.CreatedBy ?? "", size, step.Comment ?? "", []));
        }

        // Some tools write no history at all; the layers are there all the same.
        for (; layer < image.Layers.Count; layer++)
        {
            steps.Add(new HistoryEntry(null, image.Created, "", sizeOf(image.Layers[layer]), "", []));
        }

        if (steps is [.., HistoryEntry last])
        {
            steps[^1] = last with { Id = image.Id, Tags = image.Tags };
        }

        steps.Reverse();
        return steps;
    }
}
