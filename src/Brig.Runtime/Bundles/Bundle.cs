using System.Text.Json;
using Brig.Linux;
using Brig.Oci;
using Brig.Oci.Runtime;
using Microsoft.Win32.SafeHandles;

namespace Brig.Runtime.Bundles;

/// <summary>A directory with a configuration and a root file system (runtime-spec bundle.md).</summary>
/// <param name="Configuration">The configuration as it was read.</param>
public sealed record Bundle(string Path, RuntimeSpec Spec, JsonElement Configuration)
{
    private const int Limit = 16 << 20;

    /// <summary>Where the root file system is: absolute.</summary>
    public string Root => System.IO.Path.GetFullPath(System.IO.Path.Combine(Path, Spec.Root?.Path ?? throw BrigException.Invalid("config.json: root is missing")));

    /// <summary>Reads and checks the configuration.</summary>
    public static Bundle Open(string path)
    {
        string absolute = System.IO.Path.GetFullPath(path);
        JsonElement configuration = SpecDocuments.Parse(Read(System.IO.Path.Combine(absolute, "config.json")), "config.json");
        RuntimeSpec spec = SpecDocuments.Configuration(configuration, "config.json");
        SpecValidation.Check(spec);
        return new(absolute, spec, configuration);
    }

    /// <summary>A further process of a container, as <c>exec --process</c> takes it.</summary>
    public static ProcessSpec ReadProcess(string path) => SpecDocuments.Process(SpecDocuments.Parse(Read(path), path), path);

    private static byte[] Read(string path)
    {
        using SafeFileHandle? file = Files.TryOpenAt(null, path, OpenFlags.O_RDONLY, 0, out Errno errno);
        if (file is null)
        {
            throw errno == Errno.ENOENT ? BrigException.NotFound($"JSON specification file {path} not found") : new LinuxException("open", path, errno);
        }

        return Files.ReadAll(file, Limit);
    }
}
