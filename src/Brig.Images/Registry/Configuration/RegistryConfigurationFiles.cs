using Brig.Linux;
using Brig.Oci;
using Tomlyn;

namespace Brig.Images.Registry.Configuration;

/// <summary>
/// Finds and reads <c>registries.conf</c> and its drop-ins as Podman does: the user's file in place of the machine's, the drop-ins of both
/// in alphabetical order after it. A later table replaces one of the same prefix.
/// </summary>
public static class RegistryConfigurationFiles
{
    private const int Limit = 1 << 20;

    /// <summary>What holds for this user on this machine.</summary>
    public static RegistryConfiguration OfUser()
    {
        if ((Variable("CONTAINERS_REGISTRIES_CONF") ?? Variable("REGISTRIES_CONFIG_PATH")) is { } named)
        {
            return Read([named]);
        }

        string user = Path.Combine(Variable("XDG_CONFIG_HOME") ?? Path.Combine(Variable("HOME") ?? "/root", ".config"), "containers");
        string own = Path.Combine(user, "registries.conf");
        return Read(
        [
            File.Exists(own) ? own : "/etc/containers/registries.conf",
            .. DropIns("/etc/containers/registries.conf.d"),
            .. DropIns(Path.Combine(user, "registries.conf.d")),
        ]);
    }

    /// <summary>Reads the files one after the other; one that is not there says nothing.</summary>
    /// <exception cref="BrigException">One cannot be read, or says what cannot be.</exception>
    public static RegistryConfiguration Read(IEnumerable<string> paths)
    {
        Dictionary<string, RegistryTable> tables = new(StringComparer.Ordinal);
        Dictionary<string, string> aliases = new(StringComparer.Ordinal);
        IReadOnlyList<string> search = [];
        foreach (string path in paths)
        {
            if (Text(path) is not { } text)
            {
                continue;
            }

            RegistriesDocument document = Parse(text, path);
            search = document.UnqualifiedSearchRegistries is null ? search : Checked(document.UnqualifiedSearchRegistries, path);
            foreach (RegistryTable table in document.Registry ?? [])
            {
                Check(table, path);
                tables[table.Prefix!] = table;
            }

            foreach ((string name, string target) in document.Aliases ?? [])
            {
                // An empty one takes back what an earlier file says.
                aliases.Remove(name);
                if (!string.IsNullOrEmpty(target))
                {
                    aliases.Add(name, ImageReference.TryParse(target, out ImageReference? image) && image is { Tag: null, Digest: null } ? target
                        : throw Wrong(path, $"alias \"{name}\": \"{target}\" is no repository"));
                }
            }
        }

        return new RegistryConfiguration([.. tables.Values], aliases, search);
    }

    internal static RegistriesDocument Parse(string text, string path)
    {
        try
        {
            RegistriesDocument document = TomlSerializer.Deserialize(text, RegistriesToml.Default.RegistriesDocument) ?? new RegistriesDocument();
            return document.Registries is null ? document
                : throw Wrong(path, "it is of version 1 ([registries.search] and the like), only version 2 is read (man 5 containers-registries.conf)");
        }
        catch (Exception error) when (error is TomlException or ArgumentException or FormatException or OverflowException or InvalidOperationException)
        {
            // The library tells of most faults as such; some escapes and numbers that cannot be come as the framework's own exceptions.
            throw BrigException.Invalid($"read {path}: {Oci.Text.Quote(error.Message)}", error);
        }
    }

    private static void Check(RegistryTable table, string path)
    {
        table.Prefix = string.IsNullOrEmpty(table.Prefix) ? table.Location : table.Prefix;
        bool wild = table.Prefix?.StartsWith("*.", StringComparison.Ordinal) == true;
        if (string.IsNullOrEmpty(table.Prefix))
        {
            throw Wrong(path, "a [[registry]] without prefix and location");
        }

        if (!IsName(wild ? table.Prefix[2..] : table.Prefix))
        {
            throw Wrong(path, $"prefix \"{table.Prefix}\" is no registry or repository");
        }

        table.Location = string.IsNullOrEmpty(table.Location) ? (wild ? null : table.Prefix) : table.Location;
        foreach (string? location in (table.Mirrors ?? []).Select(mirror => mirror.Location ?? "").Append(table.Location))
        {
            if (location is not null && !IsName(location))
            {
                throw Wrong(path, $"location \"{location}\" is no registry or repository");
            }
        }

        foreach (MirrorTable mirror in table.Mirrors ?? [])
        {
            if (mirror.PullFromMirror is not (null or "" or "all" or "digest-only" or "tag-only"))
            {
                throw Wrong(path, $"pull-from-mirror = \"{mirror.PullFromMirror}\" (all, digest-only or tag-only)");
            }

            if (mirror.PullFromMirror is { Length: > 0 } && table.MirrorByDigestOnly)
            {
                throw Wrong(path, $"registry {table.Prefix}: pull-from-mirror and mirror-by-digest-only exclude each other");
            }
        }
    }

    private static List<string> Checked(List<string> registries, string path) =>
        registries.Find(registry => !IsName(registry)) is { } wrong ? throw Wrong(path, $"\"{wrong}\" is no registry") : registries;

    /// <summary>A host with or without a path. The grammar of references tells; the last part stands for all repositories below.</summary>
    private static bool IsName(string text) => text.Length > 0 && !text.EndsWith('/') && ImageReference.TryParse(text + "/x", out ImageReference? name) && name is { Tag: null, Digest: null };

    private static BrigException Wrong(string path, string what) => BrigException.Invalid($"read {path}: {Oci.Text.Quote(what)}");

    private static string? Text(string path)
    {
        try
        {
            return Files.TryReadText(path, Limit);
        }
        catch (Exception error) when (error is LinuxException or UnauthorizedAccessException)
        {
            throw BrigException.Invalid($"read {path}: {Oci.Text.Quote(error.Message)}", error);
        }
    }

    private static string[] DropIns(string folder)
    {
        string[] files = Directory.Exists(folder) ? Directory.GetFiles(folder, "*.conf") : [];
        Array.Sort(files, StringComparer.Ordinal);
        return files;
    }

    private static string? Variable(string name) => Environment.GetEnvironmentVariable(name) is { Length: > 0 } value ? value : null;
}
