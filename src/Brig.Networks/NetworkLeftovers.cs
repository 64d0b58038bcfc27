namespace Brig.Networks;

/// <summary>What is there without an owner that runs.</summary>
internal sealed record NetworkLeftovers(IReadOnlyList<Lease> Leases, IReadOnlyList<byte[]> Elements, IReadOnlyList<string> Interfaces)
{
    internal IEnumerable<string> Describe() =>
        Leases.Select(lease => $"address {lease.Address} of container {LeaseTable.Short(lease.Owner)}, which does not run")
            .Concat(Elements.Select(key => $"published port {NatTable.Describe(key)} of no container"))
            .Concat(Interfaces.Select(port => $"interface {port} of no container"));
}
