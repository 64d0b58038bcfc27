using System.Text;
using System.Text.Json;
using Brig.Containers.Specifications;
using Brig.Linux;
using YamlDotNet.Core;

namespace Brig.Containers.Devices;

/// <summary>The devices of this machine that vendors describe in <c>/etc/cdi</c> and <c>/var/run/cdi</c> (Container Device Interface, CDI SPEC.md).</summary>
public sealed class CdiRegistry
{
    private const string ClassAnnotation = "org.mobyproject.buildkit.device.class";
    private const string AllowAnnotation = "org.mobyproject.buildkit.device.autoallow";
    private const int SizeLimit = 4 << 20;

    private readonly List<Known> _devices = [];
    private readonly List<string> _problems = [];

    private CdiRegistry()
    {
    }

    /// <summary>Where documents are looked for; of two with the same device the one in the later folder counts.</summary>
    public static IReadOnlyList<string> Folders { get; } = ["/etc/cdi", "/etc/buildkit/cdi", "/var/run/cdi"];

    /// <summary>Each <c>vendor/class=name</c>, and whether its vendor lets any build have it.</summary>
    public IReadOnlyList<(string Name, bool IsAllowed)> All => [.. _devices.Select(known => (known.Name, known.IsAllowed))];

    /// <summary>Reads the documents; one that cannot be read is told of when a device is not found.</summary>
    public static CdiRegistry Open(IReadOnlyList<string> folders)
    {
        CdiRegistry registry = new();
        foreach (string folder in folders.Where(Directory.Exists))
        {
            foreach (string path in Directory.EnumerateFiles(folder).Where(path => path.EndsWith(".json", StringComparison.Ordinal) || path.EndsWith(".yaml", StringComparison.Ordinal) || path.EndsWith(".yml", StringComparison.Ordinal)).Order(StringComparer.Ordinal))
            {
                registry.Add(path, folder);
            }
        }

        return registry;
    }

    /// <summary>
    /// What a container gets for a request: <c>vendor/class=name</c>, <c>vendor/class=*</c> for all, <c>vendor/class</c> for the first, or the
    /// class that an annotation gives devices. Null where there is no such device; throws for one that cannot be given.
    /// </summary>
    public DeviceGrant? Find(string request)
    {
        List<Known> chosen = Choose(request);
        if (chosen.Count == 0)
        {
            return null;
        }

        if (chosen.Find(known => known.Rivals) is { } rival)
        {
            throw BrigException.Conflict($"device {Oci.Text.Quote(rival.Name)}: several documents in {rival.Folder} describe it");
        }

        List<CdiEdits> edits = [.. chosen.Select(known => known.Spec).Distinct().Select(spec => spec.ContainerEdits).Concat(chosen.Select(known => known.Device.ContainerEdits)).OfType<CdiEdits>()];
        if (edits.Select(edit => edit.Unsupported).FirstOrDefault(part => part is not null) is { } part)
        {
            throw BrigException.Unsupported($"device {Oci.Text.Quote(request)}: {chosen[0].Path} has {part}, which are not supported");
        }

        return new DeviceGrant
        {
            Names = [.. chosen.Select(known => known.Name)],
            Guarded = [.. chosen.Where(known => !known.IsAllowed).Select(known => known.Name)],
            Environment = [.. edits.SelectMany(edit => edit.Env ?? [])],
            Nodes = [.. edits.SelectMany(edit => edit.DeviceNodes ?? []).Select(node => Node(node, request))],
            Mounts = [.. edits.SelectMany(edit => edit.Mounts ?? []).Select(Mount)],
            Groups = [.. edits.SelectMany(edit => edit.AdditionalGids ?? []).Where(gid => gid != 0).Distinct()],
        };
    }

    /// <summary>Why a device is not found: the documents that could not be read, else that nothing describes it.</summary>
    public BrigException NotFound(string request) =>
        BrigException.NotFound($"device {Oci.Text.Quote(request)}: not found{(_problems.Count > 0 ? ": " + _problems[0] : $" (no document in {string.Join(", ", Folders)} describes it)")}");

    private List<Known> Choose(string request)
    {
        int equals = request.IndexOf('=', StringComparison.Ordinal);
        string kind = equals < 0 ? request : request[..equals], name = equals < 0 ? "" : request[(equals + 1)..];
        IEnumerable<Known> ofKind = _devices.Where(known => known.Spec.Kind == kind);
        return kind.Contains('/', StringComparison.Ordinal)
            ? equals < 0 ? [.. ofKind.Take(1)] : [.. ofKind.Where(known => name == "*" || known.Device.Name == name)]
            : [.. _devices.Where(known => known.Annotation(ClassAnnotation) == request)];
    }

    private void Add(string path, string folder)
    {
        try
        {
            string text = Files.TryReadText(path, SizeLimit) ?? "";
            CdiSpec spec = JsonSerializer.Deserialize(path.EndsWith(".json", StringComparison.Ordinal) ? Encoding.UTF8.GetBytes(text) : YamlJson.Convert(text), CdiJson.Default.CdiSpec)
                ?? throw new JsonException("it is empty");
            foreach (CdiDevice device in spec.Devices)
            {
                string name = $"{spec.Kind}={device.Name}";
                bool rivals = _devices.Exists(known => known.Name == name && known.Folder == folder);
                _devices.RemoveAll(known => known.Name == name);
                _devices.Add(new Known(name, spec, device, path, folder, rivals));
            }
        }
        catch (Exception error) when (error is JsonException or YamlException or LinuxException)
        {
            _problems.Add($"{path}: {Oci.Text.Quote(error.Message.Split('\n')[0])}");
        }
    }

    private static DeviceRequest Node(CdiDeviceNode node, string request)
    {
        string place = node.HostPath is { Length: > 0 } host ? host : node.Path;
        FileStatus? status = Files.TryStat(null, place);
        string? type = node.Type ?? (status?.Type switch { FileType.CharacterDevice => "c", FileType.BlockDevice => "b", _ => null });
        if (type is not ("b" or "c" or "u") || !node.Path.StartsWith('/') || (status is null && (node.Major is null || node.Minor is null)))
        {
            throw BrigException.NotFound($"device {Oci.Text.Quote(request)}: {Oci.Text.Quote(place)} is no device of this machine");
        }

        return new DeviceRequest
        {
            Path = node.Path,
            Type = type,
            Major = node.Major ?? status!.Value.RdevMajor,
            Minor = node.Minor ?? status!.Value.RdevMinor,
            FileMode = node.FileMode ?? status?.Permissions,
            Uid = node.Uid ?? status?.Uid,
            Gid = node.Gid ?? status?.Gid,
            Permissions = node.Permissions is { Length: > 0 } permissions ? permissions : "rwm",
        };
    }

    private static MountRequest Mount(CdiMount mount)
    {
        string? propagation = mount.Options?.FirstOrDefault(option => option is "private" or "rprivate" or "slave" or "rslave" or "shared" or "rshared");
        return new MountRequest
        {
            Kind = mount.Type is null or "" or "bind" ? MountKind.Bind : throw BrigException.Unsupported($"a device's mount of type {Oci.Text.Quote(mount.Type)} is not supported (bind)"),
            Source = mount.HostPath,
            Target = mount.ContainerPath,
            ReadOnly = mount.Options?.Contains("ro") == true,
            Propagation = propagation,
            Options = [.. (mount.Options ?? []).Where(option => option is "nosuid" or "nodev" or "noexec" or "noatime" or "nodiratime" or "relatime" or "strictatime" or "nosymfollow")],
        };
    }

    private sealed record Known(string Name, CdiSpec Spec, CdiDevice Device, string Path, string Folder, bool Rivals)
    {
        internal bool IsAllowed => Annotation(AllowAnnotation) == "true";

        internal string? Annotation(string key) => Device.Annotations?.GetValueOrDefault(key) ?? Spec.Annotations?.GetValueOrDefault(key);
    }
}
