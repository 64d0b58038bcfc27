using Brig.Images;
using Brig.Linux;

namespace Brig.Containers;

/// <summary>What a container takes: bytes that it wrote itself, and those with its image's.</summary>
public readonly record struct ContainerSize(long Written, long Whole)
{
    public static ContainerSize Of(Container container, Engine engine)
    {
        long written = Trees.Size(new ContainerFiles(engine.Root, container.Id).Upper);
        Image? image = container.Specification.ImageId is { } id ? engine.Images.Find(id.ToString()) : null;
        return new(written, written + (image?.Size ?? 0));
    }
}
