using Brig.Containers.Specifications;

namespace Brig.Cli.Commands.Containers;

/// <summary>The values of <c>-v</c>, <c>--mount</c> and <c>--tmpfs</c>.</summary>
internal static class MountText
{
    public static MountRequest ParseVolume(string text)
    {
        string[] parts = text.Split(':');
        if (parts.Length is 0 or > 3 || parts.Any(part => part.Length == 0))
        {
            throw BrigException.Invalid($"invalid spec: {Oci.Text.Quote(text)}: it must be [SOURCE:]TARGET[:OPTIONS]");
        }

        if (parts.Length == 1)
        {
            return new MountRequest { Kind = MountKind.Volume, Target = parts[0] };
        }

        bool isPath = parts[0][0] is '/' or '.' or '~';
        MountRequest mount = new()
        {
            Kind = isPath ? MountKind.Bind : MountKind.Volume,
            Source = isPath ? Path.GetFullPath(parts[0]) : parts[0],
            Target = parts[1],
            CreateSource = true,
        };
        foreach (string option in parts.Length == 3 ? parts[2].Split(',') : [])
        {
            mount = option switch
            {
                "ro" or "readonly" => mount with { ReadOnly = true },
                "rw" or "z" or "Z" or "consistent" or "cached" or "delegated" => mount,
                "nocopy" => mount with { NoCopy = true },
                "shared" or "slave" or "private" or "rshared" or "rslave" or "rprivate" => mount with { Propagation = option },
                _ => throw BrigException.Invalid($"invalid mode: {Oci.Text.Quote(option)}"),
            };
        }

        return mount;
    }

    public static MountRequest ParseTmpfs(string text)
    {
        string[] parts = text.Split(':', 2);
        return new MountRequest { Kind = MountKind.Tmpfs, Target = parts[0], TmpfsOptions = parts.Length > 1 ? parts[1] : null };
    }

    public static MountRequest ParseMount(string text)
    {
        MountKind kind = MountKind.Volume;
        string? source = null, target = null, propagation = null;
        bool readOnly = false, noCopy = false;
        List<string> tmpfs = [];
        foreach (string field in text.Split(','))
        {
            string[] pair = field.Split('=', 2);
            string key = pair[0].ToLowerInvariant();
            string value = pair.Length > 1 ? pair[1] : "";
            bool Flag() => pair.Length == 1 || (bool.TryParse(value, out bool flag) ? flag : value is "1" or "0" ? value == "1" : throw BrigException.Invalid($"invalid value for {key}: {Oci.Text.Quote(value)}"));
            switch (key)
            {
                case "type":
                    kind = value switch
                    {
                        "bind" => MountKind.Bind,
                        "volume" => MountKind.Volume,
                        "tmpfs" => MountKind.Tmpfs,
                        _ => throw BrigException.Unsupported($"invalid argument \"{Oci.Text.Quote(text)}\" for \"--mount\" flag: mount type \"{Oci.Text.Quote(value)}\" is not supported"),
                    };
                    break;
                case "source" or "src":
                    source = value;
                    break;
                case "target" or "dst" or "destination":
                    target = value;
                    break;
                case "readonly" or "ro":
                    readOnly = Flag();
                    break;
                case "bind-propagation":
                    propagation = value;
                    break;
                case "volume-nocopy":
                    noCopy = Flag();
                    break;
                case "tmpfs-size":
                    tmpfs.Add("size=" + (Text.Sizes.TryParseRam(value, out long bytes, out string wrong) ? bytes : throw BrigException.Invalid(wrong)));
                    break;
                case "tmpfs-mode":
                    tmpfs.Add("mode=" + value);
                    break;
                case "consistency":
                    break;
                default:
                    throw BrigException.Invalid($"invalid argument \"{Oci.Text.Quote(text)}\" for \"--mount\" flag: unexpected key '{Oci.Text.Quote(key)}' in '{Oci.Text.Quote(field)}'");
            }
        }

        if (target is null)
        {
            throw BrigException.Invalid($"invalid argument \"{Oci.Text.Quote(text)}\" for \"--mount\" flag: target is required");
        }

        return new MountRequest
        {
            Kind = kind,
            Source = kind == MountKind.Bind ? Path.GetFullPath(source ?? throw BrigException.Invalid("a bind mount needs a source")) : source,
            Target = target,
            ReadOnly = readOnly,
            NoCopy = noCopy,
            Propagation = propagation,
            TmpfsOptions = tmpfs.Count > 0 ? string.Join(',', tmpfs) : null,
        };
    }
}
