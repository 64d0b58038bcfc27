using System.Text;
using Brig.Builds.Context;
using Brig.Builds.Execution;
using Brig.Linux;
using Microsoft.Win32.SafeHandles;

namespace Brig.Builds.Attestations;

/// <summary>Reads the databases of dpkg, apk and rpm in a root file system, all by descriptor.</summary>
internal sealed class PackageDatabases(SafeFileHandle root)
{
    private const int Limit = 256 << 20;

    private readonly Rootfs _rootfs = new(root);

    /// <summary>Sorted by kind, name and version.</summary>
    internal IReadOnlyList<InstalledPackage> Read() =>
        [.. Dpkg().Concat(Apk()).Concat(Rpm()).Distinct().OrderBy(package => package.Kind, StringComparer.Ordinal).ThenBy(package => package.Name, StringComparer.Ordinal).ThenBy(package => package.Version, StringComparer.Ordinal)];

    /// <summary>The values of /etc/os-release.</summary>
    internal IReadOnlyDictionary<string, string> Release()
    {
        string text = _rootfs.Text("/etc/os-release") is { Length: > 0 } usual ? usual : _rootfs.Text("/usr/lib/os-release");
        Dictionary<string, string> values = [];
        foreach (string line in text.Split('\n'))
        {
            int equals = line.IndexOf('=', StringComparison.Ordinal);
            if (equals > 0)
            {
                values[line[..equals]] = line[(equals + 1)..].Trim().Trim('"', '\'');
            }
        }

        return values;
    }

    private IEnumerable<InstalledPackage> Dpkg()
    {
        IEnumerable<string> files = ["/var/lib/dpkg/status", .. Names("/var/lib/dpkg/status.d").Select(name => "/var/lib/dpkg/status.d/" + name)];
        foreach (Dictionary<string, string> paragraph in files.SelectMany(path => Paragraphs(Text(path))))
        {
            if (paragraph.TryGetValue("Package", out string? name) && paragraph.TryGetValue("Version", out string? version)
                && (!paragraph.TryGetValue("Status", out string? status) || status.EndsWith(" installed", StringComparison.Ordinal)))
            {
                yield return new InstalledPackage("deb", name, version, paragraph.GetValueOrDefault("Architecture", ""), "", paragraph.GetValueOrDefault("Maintainer", ""));
            }
        }
    }

    private IEnumerable<InstalledPackage> Apk()
    {
        foreach (string block in Text("/lib/apk/db/installed").Split("\n\n", StringSplitOptions.RemoveEmptyEntries))
        {
            string? Field(char letter) => block.Split('\n').FirstOrDefault(line => line.Length > 2 && line[0] == letter && line[1] == ':')?[2..];
            if (Field('P') is { } name && Field('V') is { } version)
            {
                yield return new InstalledPackage("apk", name, version, Field('A') ?? "", Field('L') ?? "", Field('m') ?? "");
            }
        }
    }

    private IEnumerable<InstalledPackage> Rpm() =>
        ((string[])["/usr/lib/sysimage/rpm/rpmdb.sqlite", "/var/lib/rpm/rpmdb.sqlite"]).Select(Open).OfType<SafeFileHandle>().Take(1).SelectMany(RpmDatabase.Read);

    private static IEnumerable<Dictionary<string, string>> Paragraphs(string text)
    {
        foreach (string block in text.Split("\n\n", StringSplitOptions.RemoveEmptyEntries))
        {
            Dictionary<string, string> fields = [];
            foreach (string line in block.Split('\n'))
            {
                int colon = line.IndexOf(':', StringComparison.Ordinal);
                if (colon > 0 && line[0] is not (' ' or '\t'))
                {
                    fields[line[..colon]] = line[(colon + 1)..].Trim();
                }
            }

            yield return fields;
        }
    }

    private string Text(string path)
    {
        using SafeFileHandle? file = Open(path);
        return file is null ? "" : Encoding.UTF8.GetString(Files.ReadAll(file, Limit));
    }

    private IEnumerable<string> Names(string path)
    {
        using SafeFileHandle? folder = Files.TryOpenIn(root, path, OpenFlags.O_RDONLY | OpenFlags.O_DIRECTORY, 0, Resolve.RESOLVE_IN_ROOT | Resolve.RESOLVE_NO_MAGICLINKS, out _);
        return folder is null ? [] : [.. Trees.Entries(folder).Select(entry => Encoding.UTF8.GetString(entry.AsSpan(0, entry.Length - 1))).Where(name => GoPath.Base(name) == name && !name.EndsWith(".md5sums", StringComparison.Ordinal)).Order(StringComparer.Ordinal)];
    }

    private SafeFileHandle? Open(string path)
    {
        SafeFileHandle? file = Files.TryOpenIn(root, path, OpenFlags.O_RDONLY | OpenFlags.O_NONBLOCK, 0, Resolve.RESOLVE_IN_ROOT | Resolve.RESOLVE_NO_MAGICLINKS, out _);
        if (file is not null && Files.Stat(file) is not { Type: FileType.Regular, Size: <= Limit })
        {
            file.Dispose();
            return null;
        }

        return file;
    }
}
