using Brig.Images.Registry;
using Brig.Cli.Commands.Registry;
using Brig.Cli.Flags;
using Brig.Containers;
using Brig.Images.ManifestLists;
using Brig.Oci;

namespace Brig.Cli.Commands.Manifests;

/// <summary>What the commands of manifest lists work with, opened.</summary>
internal sealed class ManifestAccess : IDisposable
{
    private readonly Engine _engine;
    private readonly Registries _registries;

    /// <param name="call">The command.</param>
    /// <param name="insecure">Those whose registries need no certificate.</param>
    public ManifestAccess(Invocation call, params IEnumerable<ImageReference> insecure)
    {
        _engine = Engines.Open(call);
        _registries = RegistryAccess.Open(call, insecure.Select(image => image.Registry));
        Lists = new ManifestLists(_engine.Images, _registries);
    }

    public ManifestLists Lists { get; }

    public void Dispose()
    {
        _registries.Dispose();
        _engine.Dispose();
    }
}
