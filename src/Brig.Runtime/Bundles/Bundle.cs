using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
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
        byte[] json = Read(System.IO.Path.Combine(absolute, "config.json"));
        RuntimeSpec spec = Parse(json, RuntimeJson.Default.RuntimeSpec, "config.json");
        SpecValidation.Check(spec);
        return new(absolute, spec, JsonElement.Parse(json));
    }

    /// <summary>A further process of a container, as <c>exec --process</c> takes it.</summary>
    public static ProcessSpec ReadProcess(string path) => Parse(Read(path), RuntimeJson.Default.ProcessSpec, path);

    internal static T Parse<T>(byte[] json, JsonTypeInfo<T> type, string name)
        where T : class => Parse(() => JsonSerializer.Deserialize(json, type), name);

    internal static T Parse<T>(JsonElement json, JsonTypeInfo<T> type, string name)
        where T : class => Parse(() => json.Deserialize(type), name);

    private static T Parse<T>(Func<T?> read, string name)
        where T : class
    {
        try
        {
            return read() ?? throw BrigException.Invalid($"{name}: null is no configuration");
        }
        catch (JsonException error)
        {
            throw BrigException.Invalid($"{name}: {Line(error)}", error);
        }
    }

    private static byte[] Read(string path)
    {
        using SafeFileHandle? file = Files.TryOpenAt(null, path, OpenFlags.O_RDONLY, 0, out Errno errno);
        if (file is null)
        {
            throw errno == Errno.ENOENT ? BrigException.NotFound($"JSON specification file {path} not found") : new LinuxException("open", path, errno);
        }

        return Files.ReadAll(file, Limit);
    }

    /// <summary>The reader's words, with the field that they are about, on one line.</summary>
    private static string Line(JsonException error)
    {
        string message = error.Message.Split('\n')[0];
        int detail = message.IndexOf(" Path: ", StringComparison.Ordinal);
        message = detail < 0 ? message : message[..detail];
        message = message.Replace("Brig.Oci.Runtime.", "", StringComparison.Ordinal);
        return error.Path is { Length: > 2 } path ? $"{path[2..]}: {message}" : message;
    }
}
