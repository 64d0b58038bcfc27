using Brig.Containers.Names;
using Brig.Containers.Specifications;
using Brig.Images;
using Brig.Linux;
using Microsoft.Win32.SafeHandles;

namespace Brig.Containers.Verbs;

/// <summary>Makes a container that can be started: its row, its directories, its volumes with the image's content in them.</summary>
public sealed class CreateContainer(Engine engine)
{
    private const uint DirectoryMode = 0x1ED;

    /// <summary>Creates a container of an image.</summary>
    /// <param name="name">Null makes one up.</param>
    public Container Run(ContainerSpecification request, Image image, string? name)
    {
        ContainerSpecification specification = request.Over(image.Id, image.Config);
        Check(specification);
        specification = new NetworkCheck(engine).Run(specification);
        ContainerId id = ContainerId.New();
        Container container = new(id, name is null ? "" : ContainerName.Check(name), engine.Time.GetUtcNow(), specification, ContainerStatus.Created, new ContainerState());
        ContainerFiles files = new(engine.Root, id);
        try
        {
            using SafeFileHandle making = MakeDirectories(files);
            TakeRoot(files, engine.Images.LowersOf(image));
            container = container with { Specification = specification = specification with { Mounts = PrepareMounts(specification, id, image) } };
            return engine.Database.Transaction(() =>
            {
                container = container with { Name = container.Name.Length > 0 ? container.Name : RandomName.Next(Random.Shared, taken => engine.Table.Find(taken) is not null) };
                engine.Table.Insert(container);
                engine.Images.Use("container:" + id, image.Id);
                return container;
            });
        }
        catch
        {
            Trees.Remove(null, files.Folder);
            engine.Volumes.Release(id, Volumes.AnonymousVolumes.Remove);
            throw;
        }
    }

    /// <summary>Creates a container for a build step: no image, gone with its end, and this process's until it has a monitor: should the builder die before, it is settled as one whose monitor died.</summary>
    internal Container Run(ContainerSpecification specification)
    {
        ContainerId id = ContainerId.New();
        Container container = new(id, "build-" + id.Short, engine.Time.GetUtcNow(), specification, ContainerStatus.Created, new ContainerState { Monitor = ProcessIdentity.Current });
        engine.Table.Insert(container);
        MakeDirectories(new ContainerFiles(engine.Root, id)).Dispose();
        return container;
    }

    /// <summary>Makes the directories, and gives the lock that says that a row will follow.</summary>
    private static SafeFileHandle MakeDirectories(ContainerFiles files)
    {
        const uint Private = 0x1C0;
        Files.MakeNewDirectory(null, files.Folder, Private);
        SafeFileHandle making = Files.Open(files.Folder, OpenFlags.O_RDONLY | OpenFlags.O_DIRECTORY);
        Files.Lock(making);
        Files.MakeNewDirectory(null, files.Upper, DirectoryMode);
        Files.MakeNewDirectory(null, files.Work, Private);
        return making;
    }

    /// <summary>The upper directory's root is the root that processes see: it is as the image has it.</summary>
    private static void TakeRoot(ContainerFiles files, IReadOnlyList<string> lowers)
    {
        if (lowers.Count > 0 && Files.TryStat(null, lowers[0]) is { } root)
        {
            using SafeFileHandle upper = Files.Open(files.Upper, OpenFlags.O_RDONLY | OpenFlags.O_DIRECTORY);
            Files.ChangeOwner(upper, root.Uid, root.Gid);
            Files.ChangeMode(upper, root.Permissions);
            Inodes.SetModified(null, files.Upper, root.ModifiedNanoseconds);
        }
    }

    /// <summary>What can be refused before anything is made.</summary>
    private static void Check(ContainerSpecification specification)
    {
        if (!specification.WorkingDirectory!.StartsWith('/'))
        {
            throw BrigException.Invalid($"the working directory '{Oci.Text.Quote(specification.WorkingDirectory)}' is invalid, it needs to be an absolute path");
        }

        if (specification.Mounts.GroupBy(mount => mount.Target.TrimEnd('/')).FirstOrDefault(group => group.Count() > 1) is { } twice)
        {
            throw BrigException.Invalid($"Duplicate mount point: {twice.Key}");
        }

        foreach (MountRequest mount in specification.Mounts)
        {
            if (!mount.Target.StartsWith('/') || mount.Target.TrimEnd('/').Length == 0)
            {
                throw BrigException.Invalid($"invalid mount: destination can't be '{Oci.Text.Quote(mount.Target)}': it must be an absolute path other than '/'");
            }
        }

        if (specification.Resources.Memory is > 0 and < 6 << 20)
        {
            throw BrigException.Invalid("Minimum memory limit allowed is 6MB");
        }

        if (specification.Resources is { MemorySwap: not 0, Memory: 0 })
        {
            throw BrigException.Invalid("You should always set the Memory limit when using Memoryswap limit, see usage");
        }

        if (specification.Resources is { MemorySwap: > 0 } limits && limits.MemorySwap < limits.Memory)
        {
            throw BrigException.Invalid("Minimum memoryswap limit should be larger than memory limit, see usage");
        }

        if (specification.Resources.NanoCpus > Environment.ProcessorCount * 1_000_000_000L || specification.Resources.NanoCpus is < 0 or (> 0 and < 10_000_000))
        {
            throw BrigException.Invalid($"range of CPUs is from 0.01 to {Environment.ProcessorCount}.00, as there are only {Environment.ProcessorCount} CPUs available");
        }

        _ = CapabilityChoice.Of(specification.Privileged, specification.CapAdd, specification.CapDrop);
    }

    /// <summary>Makes what mounts need: missing sources of binds, volumes, and a new volume's first content.</summary>
    private List<MountRequest> PrepareMounts(ContainerSpecification specification, ContainerId id, Image image)
    {
        List<MountRequest> mounts = [];
        SafeFileHandle? view = null;
        try
        {
            foreach (MountRequest mount in specification.Mounts)
            {
                if (mount.Kind == MountKind.Bind)
                {
                    PrepareBind(mount);
                }

                if (mount.Kind != MountKind.Volume)
                {
                    mounts.Add(mount);
                    continue;
                }

                (string name, bool isNew) = engine.Volumes.Ensure(mount.Source);
                engine.Volumes.Use(id, name);
                mounts.Add(mount with { Source = name });
                string folder = engine.Volumes.PathOf(name);
                if (!mount.NoCopy && (isNew || !Directory.EnumerateFileSystemEntries(folder).Any()))
                {
                    view ??= Mounts.Overlay(engine.Images.LowersOf(image), null, null);
                    CopyInto(view, mount.Target, folder);
                }
            }

            return mounts;
        }
        finally
        {
            view?.Dispose();
        }
    }

    private static void PrepareBind(MountRequest mount)
    {
        if (Files.TryStat(null, mount.Source!) is null)
        {
            if (!mount.CreateSource)
            {
                throw BrigException.Invalid($"invalid mount config for type \"bind\": bind source path does not exist: {mount.Source}");
            }

            Files.MakeDirectories(mount.Source!, DirectoryMode);
        }
    }

    /// <summary>A volume takes the content, owner and mode of the image's directory at its place (semantics.md 90, 91).</summary>
    private static void CopyInto(SafeFileHandle view, string target, string folder)
    {
        using SafeFileHandle? source = Files.TryOpenIn(view, target, OpenFlags.O_RDONLY | OpenFlags.O_DIRECTORY, 0, Resolve.RESOLVE_IN_ROOT | Resolve.RESOLVE_NO_MAGICLINKS, out _);
        if (source is not null)
        {
            using SafeFileHandle destination = Files.Open(folder, OpenFlags.O_RDONLY | OpenFlags.O_DIRECTORY);
            Trees.Copy(source, destination);
        }
    }
}
