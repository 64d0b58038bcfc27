using Brig.Images;
using Brig.Images.Bundles;
using Brig.Images.Content;
using Brig.Images.Layers;
using Brig.Images.Registry;
using Brig.Linux;
using Brig.Oci;
using Brig.Oci.Images;
using Microsoft.Win32.SafeHandles;

namespace Brig.Builds.Exports;

/// <summary>Writes what a build made to where it is asked for.</summary>
internal sealed class Exporter(ImageStore images, ContentLease lease, Registries? registries, BuildJournal journal, CancellationToken token)
{
    private const uint FolderMode = 0x1ED;

    /// <summary>Writes one output; gives the descriptor of what others see, null for files.</summary>
    internal async Task<Descriptor?> WriteAsync(BuildOutput output, IReadOnlyList<BundledImage> built, IReadOnlyList<Platform> platforms, IReadOnlyList<ImageReference> tags)
    {
        IReadOnlyList<ImageReference> names = output.Names.Count > 0 ? output.Names : tags;
        switch (output.Kind)
        {
            case BuildOutputKind.Local:
                Local(output, built, platforms);
                return null;
            case BuildOutputKind.Tar:
                Tar(output, built, platforms);
                return null;
            case BuildOutputKind.Oci or BuildOutputKind.Docker:
                return Archive(output, built, names);
            case BuildOutputKind.Registry:
                return await PushAsync(output, built, names);
            case BuildOutputKind.Image when output.Push:
                return await PushAsync(output, built, names);
            case BuildOutputKind.Image when built.Count > 1 && names.Count > 0:
                return Keep(output, built, names);
            default:
                return null;
        }
    }

    /// <summary>Several platforms under one name are one thing in the store too.</summary>
    private Descriptor Keep(BuildOutput output, IReadOnlyList<BundledImage> built, IReadOnlyList<ImageReference> names)
    {
        BuildJournal.Entry entry = journal.Begin("exporting manifest list");
        using ImageBundle bundle = new BundleMaker(images).Make(built, output.Bundle, lease, token);
        new BundleKeeper(images).Keep(bundle, names, lease);
        entry.Say($"exporting manifest list {bundle.Root.Digest} done");
        entry.Done();
        return bundle.Root;
    }

    private void Local(BuildOutput output, IReadOnlyList<BundledImage> built, IReadOnlyList<Platform> platforms)
    {
        BuildJournal.Entry entry = journal.Begin("exporting to client directory");
        string folder = output.Destination ?? throw BrigException.Invalid("output directory is required for local exporter");
        for (int i = 0; i < built.Count; i++)
        {
            string place = output.SplitPlatforms ?? built.Count > 1 ? Path.Combine(folder, platforms[i].ToString().Replace('/', '_')) : folder;
            Files.MakeDirectories(place, FolderMode);
            using SafeFileHandle view = View(built[i].Image);
            using SafeFileHandle readable = Files.OpenAt(view, ".", OpenFlags.O_RDONLY | OpenFlags.O_DIRECTORY);
            using SafeFileHandle target = Files.Open(place, OpenFlags.O_RDONLY | OpenFlags.O_DIRECTORY);
            FolderMerge.Copy(readable, target, token);
            entry.Say($"copying files {platforms[i]} done");
        }

        entry.Done();
    }

    private void Tar(BuildOutput output, IReadOnlyList<BundledImage> built, IReadOnlyList<Platform> platforms)
    {
        if (built.Count > 1)
        {
            throw BrigException.Unsupported($"type=tar holds one platform, not {string.Join(", ", platforms)} (use type=local or type=oci)");
        }

        BuildJournal.Entry entry = journal.Begin("exporting to client tarball");
        using SafeFileHandle view = View(built[0].Image);
        using SafeFileHandle readable = Files.OpenAt(view, ".", OpenFlags.O_RDONLY | OpenFlags.O_DIRECTORY);
        WriteTo(output, stream => LayerStore.WriteTree(readable, stream, token));
        entry.Done();
    }

    private Descriptor Archive(BuildOutput output, IReadOnlyList<BundledImage> built, IReadOnlyList<ImageReference> names)
    {
        bool forDocker = output.Kind == BuildOutputKind.Docker;
        BuildJournal.Entry entry = journal.Begin(forDocker ? "exporting to docker image format" : "exporting to oci image format");
        if (forDocker && built.Count > 1)
        {
            throw BrigException.Unsupported("docker exporter does not currently support exporting manifest lists (use type=oci)");
        }

        using ImageBundle bundle = new BundleMaker(images).Make(built, output.Bundle, lease, token);
        if (output.IsFolder)
        {
            BundleFiles.WriteFolder(bundle, names, output.Destination ?? throw BrigException.Invalid("tar=false needs dest=DIRECTORY"), token);
        }
        else
        {
            WriteTo(output, stream => BundleFiles.WriteArchive(bundle, names, forDocker, stream, token));
        }

        entry.Say($"exporting manifest {bundle.Root.Digest} done");
        entry.Done();
        return bundle.Root;
    }

    private async Task<Descriptor> PushAsync(BuildOutput output, IReadOnlyList<BundledImage> built, IReadOnlyList<ImageReference> names)
    {
        if (names.Count == 0)
        {
            throw BrigException.Invalid("tag is needed when pushing to registry");
        }

        Registries reached = registries ?? throw BrigException.Unsupported("nothing is set up to push with");
        BuildJournal.Entry entry = journal.Begin("exporting to image");
        using ImageBundle bundle = new BundleMaker(images).Make(built, output.Bundle, lease, token);
        entry.Say($"exporting manifest {bundle.Root.Digest} done");
        foreach (ImageReference name in names)
        {
            entry.Say($"pushing manifest for {name.Name}:{name.Tag ?? "latest"}@{bundle.Root.Digest}");
            await new BundlePusher(images, reached).PushAsync(bundle, name, entry, token);
        }

        if (output.Kind == BuildOutputKind.Image && built.Count > 1)
        {
            new BundleKeeper(images).Keep(bundle, names, lease);
        }

        entry.Done();
        return bundle.Root;
    }

    private SafeFileHandle View(Image image) => image.Layers.Count == 0
        ? Mounts.Create("tmpfs", [("mode", "755")], MountAttributes.MOUNT_ATTR_RDONLY)
        : Mounts.Overlay(images.DirectoriesOf(image.Layers), null, null);

    /// <summary>A file is there whole or not at all.</summary>
    private static void WriteTo(BuildOutput output, Action<Stream> write)
    {
        if (output.Open is { } open)
        {
            using Stream stream = open();
            write(stream);
            return;
        }

        string path = output.Destination ?? throw BrigException.Invalid("an output file is required (dest=FILE, or dest=- for standard output)");
        if (Directory.Exists(path))
        {
            throw BrigException.Invalid($"destination file {Oci.Text.Quote(path)} is a directory");
        }

        Files.MakeDirectories(Path.GetDirectoryName(Path.GetFullPath(path))!, FolderMode);
        string beside = $"{path}.{Guid.NewGuid():N}.tmp";
        try
        {
            using (SafeFileHandle file = Files.Open(beside, OpenFlags.O_WRONLY | OpenFlags.O_CREAT | OpenFlags.O_EXCL | OpenFlags.O_NOFOLLOW, 0x1A4))
            using (FileStream stream = new(file, FileAccess.Write, 128 << 10))
            {
                write(stream);
            }

            Files.Rename(null, beside, null, path);
        }
        catch
        {
            Files.Unlink(null, beside);
            throw;
        }
    }
}
