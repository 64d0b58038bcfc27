using Brig.Builds.StepMounts;
using Brig.Cli.Commands.Images;
using Brig.Cli.Flags;
using Brig.Cli.Text;
using Brig.Containers;
using Brig.Images.Content;
using Brig.Images.Layers;
using Brig.Linux;
using Microsoft.Win32.SafeHandles;

namespace Brig.Cli.Commands.Builders;

/// <summary><c>builder cache</c>: the directories of <c>RUN --mount=type=cache</c>, to look at and to carry from one machine to another.</summary>
internal static class BuilderCacheCommand
{
    public static CommandDefinition Definition => new("cache", "ls | export ID [FILE] | import ID [FILE] | rm ID...", "Manage the cache mounts of builds", Run);

    private static int Run(Invocation call)
    {
        IReadOnlyList<string> words = call.Parse(Arity.AtLeast(1));
        using Engine engine = Engines.Open(call);
        CacheMountStore store = new(engine.Root, engine.Time);
        switch (words[0], words.Count)
        {
            case ("ls" or "list", 1):
                List(call, engine, store);
                return 0;
            case ("export", 2 or 3):
                Export(call, store, words[1], words.Count > 2 ? words[2] : "-");
                return 0;
            case ("import", 2 or 3):
                Import(engine, store, words[1], words.Count > 2 ? words[2] : "-");
                return 0;
            case ("rm" or "remove", > 1):
                return Remove(call, store, words.Skip(1));
            default:
                throw BrigException.Invalid("brig builder cache ls | export ID [FILE] | import ID [FILE] | rm ID...");
        }
    }

    private static void List(Invocation call, Engine engine, CacheMountStore store)
    {
        IReadOnlyList<CacheMount> mounts = store.List();
        int width = mounts.Select(mount => mount.Id.Length).Append(2).Max() + 3;
        call.Output.WriteLine($"{"ID".PadRight(width)}{"DIGEST",-15}{"SIZE",-12}{"CREATED",-20}LAST USED");
        foreach (CacheMount mount in mounts)
        {
            call.Output.WriteLine($"{mount.Id.PadRight(width)}{mount.Digest[..12],-15}{Sizes.Human(mount.Size),-12}{HumanDuration.Ago(mount.Created, engine.Time),-20}{HumanDuration.Ago(mount.Used, engine.Time)}");
        }
    }

    private static void Export(Invocation call, CacheMountStore store, string id, string path)
    {
        using SafeFileHandle tree = Files.Open(store.PathOf(store.Get(id)), OpenFlags.O_RDONLY | OpenFlags.O_DIRECTORY);
        if (path != "-")
        {
            OutputFile.Write(path, file => LayerStore.WriteTree(tree, file, CancellationToken.None));
            return;
        }

        if (Terminal.IsTerminal(1))
        {
            throw BrigException.Invalid("refusing to write a tar to a terminal (name a file)");
        }

        call.Output.Flush();
        using FileStream output = new(new SafeFileHandle(1, ownsHandle: false), FileAccess.Write, 64 << 10);
        LayerStore.WriteTree(tree, output, CancellationToken.None);
    }

    private static void Import(Engine engine, CacheMountStore store, string id, string path)
    {
        using ContentLease lease = engine.Images.Lease();
        using FileStream input = InputFile.Open(path);
        Layer layer = engine.Images.Layers.Ingest(input, null, () => [], CancellationToken.None);
        lease.Hold([layer.DiffId]);
        CacheMount mount = store.Make(id);
        using SafeFileHandle source = Files.Open(engine.Images.Layers.PathOf(layer.DiffId), OpenFlags.O_RDONLY | OpenFlags.O_DIRECTORY);
        using SafeFileHandle target = Files.Open(store.PathOf(mount), OpenFlags.O_RDONLY | OpenFlags.O_DIRECTORY);
        Trees.Copy(source, target);
    }

    private static int Remove(Invocation call, CacheMountStore store, IEnumerable<string> ids)
    {
        int failed = 0;
        foreach (string id in ids)
        {
            CacheMount mount = store.Get(id);
            if (store.Remove(mount))
            {
                call.Output.WriteLine(mount.Id);
            }
            else
            {
                call.Error.WriteLine($"brig: cache mount {mount.Id} is being used by a build");
                failed = 1;
            }
        }

        return failed;
    }
}
