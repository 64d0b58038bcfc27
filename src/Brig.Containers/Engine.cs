using Brig.Containers.Verbs;
using Brig.Containers.Volumes;
using Brig.Images;
using Brig.Images.Layers;
using Brig.Images.Registry.Configuration;
using Brig.Networks;
using Brig.State;

namespace Brig.Containers;

/// <summary>A state root opened: the parts of the engine wired together. Command line, API, builder and monitor each open their own.</summary>
public sealed class Engine : IDisposable
{
    private Engine(StateRoot root, TimeProvider time)
    {
        (Root, Time) = (root, time);
        Database = Database.Open(root);
        Images = new ImageStore(root, Database, new LayerStore(root), time) { OtherNames = name => RegistryConfigurationFiles.OfUser().Candidates(name) };
        Volumes = new VolumeStore(root, Database, time);
        Networks = new HostNetworks(root, Database, time);
        Table = new ContainerTable(Database);
    }

    public StateRoot Root { get; }

    public TimeProvider Time { get; }

    public Database Database { get; }

    public ImageStore Images { get; }

    public VolumeStore Volumes { get; }

    public HostNetworks Networks { get; }

    internal ContainerTable Table { get; }

    internal Removal Removal => new(this);

    public static Engine Open(StateRoot root, TimeProvider time) => new(root, time);

    /// <summary>All containers, the newest first, those whose monitor died settled.</summary>
    public IReadOnlyList<Container> Containers() => [.. Table.All().Select(container => new Settlement(this).Run(container))];

    /// <summary>The container of this ID, name or unique beginning of an ID; throws NotFound in Docker's words.</summary>
    public Container Container(string text) =>
        TryContainer(text) ?? throw BrigException.NotFound($"No such container: {Oci.Text.Quote(text)}");

    public Container? TryContainer(string text) => Table.Find(text) is { } found ? new Settlement(this).Run(found) : null;

    public void Dispose() => Database.Dispose();
}
