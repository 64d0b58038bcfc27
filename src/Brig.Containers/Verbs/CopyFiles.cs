using Brig.Containers.Copies;
using Microsoft.Win32.SafeHandles;

namespace Brig.Containers.Verbs;

/// <summary>Copies files between a container, running or not, and the host.</summary>
public sealed class CopyFiles(Engine engine)
{
    /// <summary>Copies <paramref name="path"/> of the container to a path of the host; gives the bytes that were copied.</summary>
    public long Out(Container container, string path, string to, CopyOptions options)
    {
        FileCopy copy = new(options, 0, 0);
        new ContainerTree(engine).Use(container, root => copy.Run(Inside(root, path), new CopyPlace(null, to)));
        return copy.Bytes;
    }

    /// <summary>Copies a path of the host to <paramref name="path"/> of the container; gives the bytes that were copied.</summary>
    public long In(string from, Container container, string path, CopyOptions options)
    {
        FileCopy copy = new(options, 0, 0);
        new ContainerTree(engine).Use(container, root => copy.Run(new CopyPlace(null, from), Inside(root, path)));
        return copy.Bytes;
    }

    /// <summary>A path of a container counts from its root, whatever its working directory.</summary>
    private static CopyPlace Inside(SafeFileHandle root, string path) => new(root, path.StartsWith('/') ? path : "/" + path);
}
