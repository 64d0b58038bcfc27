using System.Text;
using Brig.Linux;
using Microsoft.Win32.SafeHandles;

namespace Brig.Builds.Context;

/// <summary>
/// The directory that COPY takes from. Everything is opened below its descriptor, so that no link and no race leads out of it,
/// and what <c>.dockerignore</c> ignores is not there.
/// </summary>
internal sealed class BuildContext : IDisposable
{
    private static readonly UTF8Encoding s_strict = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    private static readonly byte[] s_capability = "security.capability\0"u8.ToArray();

    private readonly SafeFileHandle _root;
    private readonly string _rootPath;
    private readonly IgnoreRules _ignored;

    internal BuildContext(SafeFileHandle root, IgnoreRules ignored)
    {
        (_root, _ignored) = (root, ignored);
        _rootPath = ActualPath(root);
    }

    /// <summary>Opens a regular file that a walk found; its path must still be free of links.</summary>
    internal SafeFileHandle OpenFile(ContextNode node) =>
        Files.TryOpenIn(_root, node.Path, OpenFlags.O_RDONLY | OpenFlags.O_NOFOLLOW | OpenFlags.O_NONBLOCK, 0, Resolve.RESOLVE_BENEATH | Resolve.RESOLVE_NO_SYMLINKS, out Errno errno)
            ?? throw new LinuxException("open", node.Path, errno);

    /// <summary>Opens a directory that a walk found; its path must still be free of links.</summary>
    internal SafeFileHandle OpenDirectory(ContextNode node) =>
        Files.TryOpenIn(_root, node.Path.Length == 0 ? "." : node.Path, OpenFlags.O_RDONLY | OpenFlags.O_DIRECTORY, 0, Resolve.RESOLVE_BENEATH | Resolve.RESOLVE_NO_SYMLINKS, out Errno errno)
            ?? throw new LinuxException("open", node.Path, errno);

    /// <summary>What a source of COPY names, sorted by name. A pattern may name nothing; a plain path that is not there gives NotFound.</summary>
    internal IReadOnlyList<ContextSource> Find(string source, IgnoreRules excluded)
    {
        string path = GoPath.Rooted(source);
        if (Glob.IsPattern(path))
        {
            List<ContextSource> found = [];
            Expand("", path.Split('/'), excluded, found);
            return found;
        }

        return [TryFind(path, excluded) ?? throw BrigException.NotFound($"\"/{Oci.Text.Quote(path)}\": not found{Hint(path)}")];
    }

    /// <summary>
    /// What a source of COPY --parents names: a pattern may cross directories with <c>**</c>, and the path from the place of a <c>/./</c>
    /// in it (else from the root) is kept. A plain path that is not there gives NotFound.
    /// </summary>
    internal IReadOnlyList<ContextSource> FindWithParents(string source, IgnoreRules excluded)
    {
        int pivot = source.IndexOf("/./", StringComparison.Ordinal);
        string root = pivot < 0 ? "" : GoPath.Rooted(source[..pivot]);
        string rest = GoPath.Rooted(pivot < 0 ? source : source[(pivot + 3)..]);
        List<ContextSource> found = [];
        if (!Glob.IsPattern(rest))
        {
            string path = GoPath.Rooted($"{root}/{rest}");
            ContextSource one = TryFind(path, excluded) ?? throw BrigException.NotFound($"\"/{Oci.Text.Quote(path)}\": not found{Hint(path)}");
            found.Add(one with { Kept = rest, Above = Above(root, rest) });
            return found;
        }

        Glob pattern = Glob.Parse(rest, GlobStars.AcrossDirectories);
        if (TryFind(root, IgnoreRules.None)?.Node is { } top)
        {
            Match(top, "", pattern, excluded, root, found);
        }

        return found;
    }

    /// <summary>Whether a plain path is there and left out by the rules of the context.</summary>
    internal bool IsIgnored(string source)
    {
        string path = GoPath.Rooted(source);
        using SafeFileHandle? there = path.Length == 0 ? null : OpenAny(path);
        return there is not null && !Files.Stat(there).IsDirectory && TryFind(path, IgnoreRules.None) is null;
    }

    /// <summary>The capabilities that a file has (man 7 capabilities); null where it has none.</summary>
    internal byte[]? Capability(ContextNode node)
    {
        using SafeFileHandle file = OpenFile(node);
        return ExtendedAttributes.Get(file, s_capability);
    }

    public void Dispose() => _root.Dispose();

    private void Match(ContextNode node, string below, Glob pattern, IgnoreRules excluded, string root, List<ContextSource> found)
    {
        foreach (ContextNode child in node.Children)
        {
            string path = GoPath.Join(below, child.Name);
            if (pattern.Matches(path))
            {
                if (TryFind(GoPath.Join(root, path), excluded) is { } source)
                {
                    found.Add(source with { Kept = path, Above = Above(root, path) });
                }
            }
            else if (child.Status.IsDirectory)
            {
                Match(child, path, pattern, excluded, root, found);
            }
        }
    }

    // The directories on the way from a root to a path, for their modes.
    private List<ContextNode> Above(string root, string path)
    {
        List<ContextNode> above = [];
        for (int slash = path.IndexOf('/', StringComparison.Ordinal); slash >= 0; slash = path.IndexOf('/', slash + 1))
        {
            string folder = GoPath.Join(root, path[..slash]);
            using SafeFileHandle? file = OpenAny(folder);
            if (file is not null)
            {
                above.Add(new ContextNode { Path = folder, Status = Files.Stat(file) });
            }
        }

        return above;
    }

    private string Hint(string path)
    {
        using SafeFileHandle? there = OpenAny(path);
        return there is null ? "" : " (.dockerignore excludes it)";
    }

    private ContextSource? TryFind(string path, IgnoreRules excluded)
    {
        using SafeFileHandle? file = OpenAny(path);
        if (file is null)
        {
            return null;
        }

        // A link counts where neither it nor what it leads to is ignored.
        string resolved = ActualPath(file) is var actual && actual == _rootPath ? "" : actual[(_rootPath == "/" ? 1 : _rootPath.Length + 1)..];
        if (path != resolved && path.Length > 0 && !_ignored.HasExceptions && _ignored.IsIgnored(_ignored.Above(path), path))
        {
            return null;
        }

        FileStatus status = Files.Stat(file);
        ContextNode? node = Walk(file, resolved, status, _ignored.Above(resolved), excluded, resolved.Length);
        return node is null ? null : new ContextSource(GoPath.Base(path), node);
    }

    private void Expand(string folder, ReadOnlySpan<string> parts, IgnoreRules excluded, List<ContextSource> found)
    {
        if (parts.Length == 0)
        {
            if (TryFind(folder, excluded) is { } source)
            {
                found.Add(source);
            }

            return;
        }

        if (!Glob.IsPattern(parts[0]))
        {
            Expand(GoPath.Join(folder, parts[0]), parts[1..], excluded, found);
            return;
        }

        using SafeFileHandle? directory = OpenAny(folder);
        if (directory is null || !Files.Stat(directory).IsDirectory)
        {
            return;
        }

        Glob pattern = Glob.Parse(parts[0], GlobStars.WithinOneName);
        using SafeFileHandle readable = Files.OpenAt(directory, ".", OpenFlags.O_RDONLY | OpenFlags.O_DIRECTORY);
        foreach (byte[] entry in Sorted(readable))
        {
            if (TryDecode(entry) is { } name && pattern.Matches(name))
            {
                Expand(GoPath.Join(folder, name), parts[1..], excluded, found);
            }
        }
    }

    // Null where it is ignored, or a directory of which everything is.
    private ContextNode? Walk(SafeFileHandle file, string path, FileStatus status, bool[]? above, IgnoreRules excluded, int sourceLength)
    {
        bool isSource = path.Length == sourceLength;
        string below = isSource ? "" : path[(sourceLength == 0 ? 0 : sourceLength + 1)..];
        bool ignored = path.Length > 0 && (_ignored.IsIgnored(above, path) || (!isSource && excluded.IsIgnored(excluded.Above(below), below)));
        if (!status.IsDirectory)
        {
            return ignored || status.Type == FileType.Socket ? null : new ContextNode
            {
                Path = path,
                Status = status,
                Target = status.Type == FileType.SymbolicLink ? Files.ReadLink(file, "") : null,
            };
        }

        if (ignored && !_ignored.HasExceptions && !excluded.HasExceptions)
        {
            return null;
        }

        bool[]? state = _ignored.Enter(above, path);
        List<ContextNode> children = [];
        using SafeFileHandle directory = Files.OpenAt(file, ".", OpenFlags.O_RDONLY | OpenFlags.O_DIRECTORY);
        foreach (byte[] entry in Sorted(directory))
        {
            if (TryDecode(entry) is not { } name)
            {
                string shown = Encoding.UTF8.GetString(entry, 0, entry.Length - 1);
                if (!_ignored.IsIgnored(state, GoPath.Join(path, shown)))
                {
                    throw BrigException.Unsupported($"{Oci.Text.Quote(GoPath.Join(path, shown))}: a file name that is not UTF-8");
                }

                continue;
            }

            if (Child(directory, name, GoPath.Join(path, name), state, excluded, sourceLength) is { } child)
            {
                children.Add(child);
            }
        }

        return ignored && children.Count == 0 ? null : new ContextNode { Path = path, Status = status, Children = children };
    }

    private ContextNode? Child(SafeFileHandle directory, string name, string path, bool[]? state, IgnoreRules excluded, int sourceLength)
    {
        // Regular files, the most, need no descriptor of their own until they are read.
        if (Files.TryStat(directory, name) is not { } status)
        {
            return null;
        }

        if (status.Type is not (FileType.Directory or FileType.SymbolicLink))
        {
            return Walk(directory, path, status, state, excluded, sourceLength);
        }

        using SafeFileHandle? inner = Files.TryOpenAt(directory, name, OpenFlags.O_PATH | OpenFlags.O_NOFOLLOW, 0, out _);
        return inner is null ? null : Walk(inner, path, Files.Stat(inner), state, excluded, sourceLength);
    }

    private SafeFileHandle? OpenAny(string path)
    {
        SafeFileHandle? file = Files.TryOpenIn(_root, path.Length == 0 ? "." : path, OpenFlags.O_PATH, 0, Resolve.RESOLVE_IN_ROOT | Resolve.RESOLVE_NO_MAGICLINKS, out Errno errno);
        return file is null && errno is not (Errno.ENOENT or Errno.ENOTDIR or Errno.ELOOP or Errno.ENAMETOOLONG)
            ? throw new LinuxException("open", path, errno)
            : file;
    }

    private static string ActualPath(SafeFileHandle file) => Files.ReadLink(null, $"/proc/self/fd/{Files.Number(file)}");

    private static string? TryDecode(byte[] entry)
    {
        try
        {
            return s_strict.GetString(entry, 0, entry.Length - 1);
        }
        catch (DecoderFallbackException)
        {
            return null;
        }
    }

    private static List<byte[]> Sorted(SafeFileHandle directory)
    {
        List<byte[]> entries = Trees.Entries(directory);
        entries.Sort((a, b) => a.AsSpan().SequenceCompareTo(b));
        return entries;
    }
}
