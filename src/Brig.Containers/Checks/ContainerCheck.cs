using System.Text;
using Brig.Containers.Monitor;
using Brig.Containers.Verbs;
using Brig.Images;
using Brig.Linux;
using Microsoft.Win32.SafeHandles;

namespace Brig.Containers.Checks;

/// <summary>Compares the rows of containers with their monitors, directories and sockets.</summary>
internal sealed class ContainerCheck(Engine engine, Monitors monitors)
{
    /// <summary>How long a removal may be seen at work, and a new directory be without its maker's lock, before they count as abandoned.</summary>
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(2);

    private readonly List<CheckFinding> _findings = [];

    internal IReadOnlyList<CheckFinding> Run(CheckMode mode)
    {
        bool repair = mode == CheckMode.Repair;
        Unattended(repair);
        NeverStarted(repair);
        HalfRemoved(repair);
        WithoutDirectory(repair);
        Directories(repair);
        Sockets(repair);
        return _findings;
    }

    private void Unattended(bool repair)
    {
        foreach (Container container in engine.Table.All().Where(container => container.Status == ContainerStatus.Running && !container.HasMonitor && !monitors.Has(container.Id.Value)))
        {
            // It may have ended between the two looks.
            if (engine.Table.ById(container.Id) is { Status: ContainerStatus.Running } still)
            {
                Found($"container {Name(still)} says it runs and has no monitor", repair);
                if (repair)
                {
                    new Settlement(engine).Run(still);
                }
            }
        }
    }

    /// <summary>A build step whose builder died before it started it is no damage: any command settles it, this one too. One that nobody looks after is.</summary>
    private void NeverStarted(bool repair)
    {
        foreach (Container container in engine.Table.All().Where(container => container is { Specification.Step: not null, Status: ContainerStatus.Created }))
        {
            if (container.State.Monitor is not null || monitors.Has(container.Id.Value))
            {
                new Settlement(engine).Run(container);
                continue;
            }

            Found($"container {Name(container)} of a build step was never started", repair);
            if (repair)
            {
                Remove(container);
            }
        }
    }

    private void HalfRemoved(bool repair)
    {
        if (Removing().Count == 0)
        {
            return;
        }

        Thread.Sleep(s_patience);
        foreach (Container container in Removing())
        {
            Found($"the removal of container {Name(container)} was not finished", repair);
            if (repair)
            {
                Remove(container);
            }
        }

        List<Container> Removing() => engine.Table.All().FindAll(container => container.Status == ContainerStatus.Removing && !monitors.Has(container.Id.Value));
    }

    private void WithoutDirectory(bool repair)
    {
        foreach (Container container in engine.Table.All().Where(container => Files.TryStat(null, new ContainerFiles(engine.Root, container.Id).Folder) is null))
        {
            if (engine.Table.ById(container.Id) is not { Status: not ContainerStatus.Removing, IsStarting: false } still)
            {
                continue; // its maker is at work on it, or whoever removes it
            }

            // While it runs it can be stopped; then it is to be removed.
            bool idle = still.Status != ContainerStatus.Running && !monitors.Has(still.Id.Value);
            Found($"container {Name(still)} has no directory{(idle ? "" : " (remove it)")}", repair && idle);
            if (repair && idle)
            {
                Remove(still);
            }
        }
    }

    /// <summary>With what only its row tells to be its own: without that nobody would dare to touch a cgroup with a process in it.</summary>
    private void Remove(Container container)
    {
        new Settlement(engine).GiveBack(container.Id);
        engine.Removal.Run(container.Id);
    }

    private void Directories(bool repair)
    {
        foreach (string name in Names(engine.Root.Containers).Where(name => engine.Table.ById(new ContainerId(name)) is null))
        {
            string path = Path.Combine(engine.Root.Containers, name);
            using SafeFileHandle? folder = Files.TryOpenAt(null, path, OpenFlags.O_RDONLY | OpenFlags.O_DIRECTORY | OpenFlags.O_NOFOLLOW, 0, out Errno errno);
            if (folder is null ? errno == Errno.ENOENT : IsInTheMaking(folder, name))
            {
                continue;
            }

            Found($"directory {path} belongs to no container", repair);
            if (repair)
            {
                Trees.Remove(null, path);
            }
        }
    }

    /// <summary>Who creates a container holds the lock of its directory until there is a row.</summary>
    private bool IsInTheMaking(SafeFileHandle folder, string name) =>
        !Files.TryLock(folder)
        || engine.Time.GetUtcNow() - DateTimeOffset.UnixEpoch.AddTicks(Files.Stat(folder).ModifiedNanoseconds / 100) < s_patience
        || engine.Table.ById(new ContainerId(name)) is not null;

    private void Sockets(bool repair)
    {
        foreach (string name in Names(engine.Root.Running).Where(name => !monitors.Has(name)))
        {
            string path = Path.Combine(engine.Root.Running, name);
            if (Files.TryStat(null, path) is null || (!repair && engine.Table.ById(new ContainerId(name)) is { Status: ContainerStatus.Running }))
            {
                continue; // removed meanwhile, or told of as a container without a monitor
            }

            Found($"socket {path} belongs to no running container", repair);
            if (repair)
            {
                Trees.Remove(null, path);
            }
        }
    }

    private static List<string> Names(string path)
    {
        using SafeFileHandle? folder = Files.TryOpenAt(null, path, OpenFlags.O_RDONLY | OpenFlags.O_DIRECTORY, 0, out _);
        return folder is null ? [] : [.. Trees.Entries(folder).Select(entry => Encoding.UTF8.GetString(entry.AsSpan(0, entry.Length - 1)))];
    }

    private static string Name(Container container) => $"{container.Name} ({container.Id.Short})";

    private void Found(string problem, bool repaired) => _findings.Add(new CheckFinding(problem, repaired));
}
