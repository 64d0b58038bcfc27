using System.Globalization;
using Brig.Builds.Context;
using Brig.Builds.Dockerfiles;
using Brig.Builds.Variables;

namespace Brig.Builds.Plan;

/// <summary>Reads the value of <c>RUN --mount</c> (dockerfile.md, "RUN --mount").</summary>
internal sealed class RunMountParser
{
    private static readonly string[] s_keys =
        ["type", "from", "source", "src", "target", "dst", "destination", "readonly", "ro", "readwrite", "rw", "id", "sharing", "required", "mode", "uid", "gid", "size", "env"];

    private readonly Dictionary<string, string> _values = [];
    private readonly string _written;

    private RunMountParser(string written) => _written = written;

    /// <param name="written">The value as it stands in the file.</param>
    /// <param name="expander">Replaces variables in every value but that of <c>from</c>.</param>
    /// <param name="workingDirectory">What relative targets stand on.</param>
    /// <param name="sshMounts">How many mounts of an agent stand before this one.</param>
    internal static RunMount Parse(string written, Expander expander, string workingDirectory, int sshMounts)
    {
        RunMountParser parser = new(written);
        foreach (string field in CommaFields.Split(written))
        {
            parser.Take(field.Trim(), expander);
        }

        return parser.Finish(workingDirectory, sshMounts);
    }

    private void Take(string field, Expander expander)
    {
        int equals = field.IndexOf('=', StringComparison.Ordinal);
        string key = (equals < 0 ? field : field[..equals]).ToLowerInvariant();
        if (!s_keys.Contains(key))
        {
            string suggestion = Suggestion.For(key, s_keys) is { } near ? $" (did you mean {near}?)" : "";
            throw BrigException.Invalid($"unexpected key '{Oci.Text.Quote(key)}' in '{Oci.Text.Quote(field)}'{suggestion}");
        }

        string name = key switch
        {
            "src" => "source",
            "dst" or "destination" => "target",
            "ro" => "readonly",
            "rw" => "readwrite",
            _ => key,
        };
        string? value = equals < 0 ? null : field[(equals + 1)..];
        if (value is null)
        {
            value = name is "readonly" or "readwrite" or "required" ? "true" : throw BrigException.Invalid($"invalid field '{Oci.Text.Quote(field)}' must be a key=value pair");
        }
        else if (name == "from")
        {
            value = expander.Expand(value) == value ? value : throw BrigException.Invalid($"'{Oci.Text.Quote(value)}': from doesn't support variable expansion, define alias stage instead");
        }
        else
        {
            value = expander.Expand(value);
        }

        _values[name] = value;
    }

    private RunMount Finish(string workingDirectory, int sshMounts)
    {
        RunMountKind kind = Text("type") switch
        {
            null or "bind" => RunMountKind.Bind,
            "cache" => RunMountKind.Cache,
            "tmpfs" => RunMountKind.Tmpfs,
            "secret" => RunMountKind.Secret,
            "ssh" => RunMountKind.Ssh,
            var other => throw BrigException.Invalid($"unsupported mount type \"{Oci.Text.Quote(other)}\"{(Suggestion.For(other, ["bind", "cache", "tmpfs", "secret", "ssh"]) is { } near ? $" (did you mean {near}?)" : "")}"),
        };
        Forbid(kind);
        string id = Text("id") ?? "";
        string? variable = Text("env") is { Length: > 0 } env ? env : null;
        string? target = Text("target");
        switch (kind)
        {
            case RunMountKind.Secret:
                id = id.Length > 0 ? id : Text("source") is { Length: > 0 } named ? named : target is null ? variable ?? "" : GoPath.Base(target);
                target ??= variable is null ? "/run/secrets/" + GoPath.Base(id) : "";
                if (id.Length == 0)
                {
                    throw BrigException.Invalid($"'{Oci.Text.Quote(_written)}': a secret needs an id, a source, a target or an env");
                }

                break;
            case RunMountKind.Ssh:
                id = id.Length > 0 ? id : "default";
                target ??= $"/run/buildkit/ssh_agent.{sshMounts}";
                break;
        }

        if (target is null)
        {
            throw BrigException.Invalid($"'{Oci.Text.Quote(_written)}': a mount of this type needs a target");
        }

        if (target.Length > 0)
        {
            target = GoPath.Clean(target.StartsWith('/') ? target : $"{workingDirectory}/{target}");
            if (target == "/")
            {
                throw BrigException.Invalid($"'{Oci.Text.Quote(_written)}': invalid mount target \"/\"");
            }
        }

        bool isBind = kind == RunMountKind.Bind;
        return new RunMount
        {
            Kind = kind,
            Target = target,
            From = Text("from") is { Length: > 0 } from ? from : null,
            Source = kind == RunMountKind.Secret ? "" : GoPath.Rooted(Text("source") ?? ""),
            ReadOnly = Switch("readwrite") is { } writable ? !writable : Switch("readonly") ?? isBind,
            Id = kind == RunMountKind.Cache && id.Length == 0 ? target : id,
            Sharing = Text("sharing") switch
            {
                null or "" or "shared" => CacheSharing.Shared,
                "private" => CacheSharing.Private,
                "locked" => CacheSharing.Locked,
                var other => throw BrigException.Invalid($"unsupported sharing value \"{Oci.Text.Quote(other)}\"{(Suggestion.For(other, ["shared", "private", "locked"]) is { } near ? $" (did you mean {near}?)" : "")}"),
            },
            Variable = variable,
            Required = Switch("required") ?? false,
            Mode = Mode(kind switch { RunMountKind.Cache => 0x1ED, RunMountKind.Secret => 0x100, _ => 0x180 }),
            Uid = Number("uid"),
            Gid = Number("gid"),
            Size = Size(),
        };
    }

    private void Forbid(RunMountKind kind)
    {
        string[] wrong = kind switch
        {
            RunMountKind.Bind => ["sharing", "required", "mode", "uid", "gid", "size", "env", "id"],
            RunMountKind.Cache => ["required", "size", "env"],
            RunMountKind.Tmpfs => ["from", "source", "sharing", "required", "mode", "uid", "gid", "env", "id"],
            RunMountKind.Secret => ["from", "sharing", "size"],
            _ => ["from", "source", "sharing", "size", "env"],
        };
        if (Array.Find(wrong, _values.ContainsKey) is { } key)
        {
            throw BrigException.Invalid($"unexpected key '{key}' for mount type '{kind.ToString().ToLowerInvariant()}'");
        }
    }

    private string? Text(string key) => _values.GetValueOrDefault(key);

    private bool? Switch(string key) => Text(key)?.ToLowerInvariant() switch
    {
        null => null,
        "true" or "1" => true,
        "false" or "0" => false,
        _ => throw BrigException.Invalid($"invalid value for {key}: {Oci.Text.Quote(Text(key)!)}"),
    };

    private uint Number(string key) => Text(key) is not { } text ? 0
        : uint.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out uint number) && number != uint.MaxValue ? number
        : throw BrigException.Invalid($"invalid value {Oci.Text.Quote(text)} for {key}");

    private uint Mode(uint usual) => Text("mode") is not { } text ? usual
        : text.Length is > 0 and <= 5 && !text.AsSpan().ContainsAnyExceptInRange('0', '7') && Convert.ToUInt32(text, 8) is <= 0xFFF and var mode ? mode
        : throw BrigException.Invalid($"invalid value {Oci.Text.Quote(text)} for mode");

    private long Size()
    {
        if (Text("size") is not { } text)
        {
            return 0;
        }

        string digits = text.TrimEnd([.. "bBkKmMgGtTiI"]);
        int shift = text[digits.Length..].ToLowerInvariant().TrimEnd('b', 'i') switch { "" => 0, "k" => 10, "m" => 20, "g" => 30, "t" => 40, _ => -1 };
        return long.TryParse(digits, NumberStyles.None, CultureInfo.InvariantCulture, out long number) && shift >= 0 && number > 0 && number <= long.MaxValue >> shift
            ? number << shift
            : throw BrigException.Invalid($"invalid value for size: {Oci.Text.Quote(text)}");
    }
}
