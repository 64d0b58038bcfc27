using Brig.Cli.Flags;
using Brig.Runtime.Checkpoints;

namespace Brig.Cli.OciRuntime;

/// <summary>The options that <c>checkpoint</c> and <c>restore</c> share.</summary>
internal sealed class CriuFlagSet
{
    private const string DefaultImages = "checkpoint", DefaultWork = "criu.work";

    private readonly StringFlag _image, _work, _cgroups;
    private readonly BoolFlag _tcp, _sockets, _shell, _locks, _lazy, _dedup;
    private readonly ListFlag _empty;

    internal CriuFlagSet(FlagSet set)
    {
        _image = set.String("image-path", "path to the folder of the criu image files");
        _work = set.String("work-path", "path for saving work files and logs");
        _tcp = set.Bool("tcp-established", "allow open tcp connections");
        _sockets = set.Bool("ext-unix-sk", "allow external unix sockets");
        _shell = set.Bool("shell-job", "allow shell jobs");
        _lazy = set.Bool("lazy-pages", "use userfaultfd to lazily restore memory pages");
        _locks = set.Bool("file-locks", "handle file locks, for safety");
        _cgroups = set.String("manage-cgroups-mode", "cgroups mode: 'soft' (default), 'full', 'strict' and 'ignore'");
        _empty = set.List("empty-ns", "value", "create a namespace, but don't restore its properties");
        _dedup = set.Bool("auto-dedup", "enable auto deduplication of memory images");
    }

    /// <param name="folder">The container's, where CRIU works if nothing else is said.</param>
    internal CriuFlags Read(string folder)
    {
        string image = Path.GetFullPath(_image.Value.Length > 0 ? _image.Value : DefaultImages);
        return new CriuFlags
        {
            ImagePath = image,
            WorkPath = Path.GetFullPath(_work.Value.Length > 0 ? _work.Value : Path.Combine(folder, DefaultWork)),
            TcpEstablished = _tcp.Value,
            ExternalUnixSockets = _sockets.Value,
            ShellJob = _shell.Value,
            LazyPages = _lazy.Value,
            FileLocks = _locks.Value,
            AutoDedup = _dedup.Value,
            Cgroups = _cgroups.Value switch
            {
                "" or "soft" => CgroupsMode.Soft,
                "full" => CgroupsMode.Full,
                "strict" => CgroupsMode.Strict,
                "ignore" => CgroupsMode.Ignore,
                _ => throw BrigException.Invalid($"Invalid manage-cgroups-mode value: \"{Brig.Oci.Text.Quote(_cgroups.Value)}\" (soft, full, strict or ignore)"),
            },
            EmptyNetwork = _empty.Values.Select(name => name == "network" ? name : throw BrigException.Invalid($"namespace \"{Brig.Oci.Text.Quote(name)}\" is not supported (only network may be empty)")).Any(),
        };
    }
}
