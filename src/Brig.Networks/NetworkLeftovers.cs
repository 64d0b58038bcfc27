namespace Brig.Networks;

/// <summary>What is there without an owner that runs.</summary>
internal sealed record NetworkLeftovers(IReadOnlyList<EndpointRow> Leases, IReadOnlyList<string> Publishers, IReadOnlyList<PortKey> Ports, IReadOnlyList<string> Interfaces, string? Table)
{
    internal IEnumerable<string> Owners => Leases.Select(lease => lease.Owner).Concat(Publishers).Distinct();

    internal IEnumerable<string> Describe() =>
        Leases.Select(lease => $"address {lease.Address ?? lease.Address6} of container {LeaseTable.Short(lease.Owner)}, which does not run")
            .Concat(Publishers.Except(Leases.Select(lease => lease.Owner)).Select(owner => $"published ports of container {LeaseTable.Short(owner)}, which does not run"))
            .Concat(Ports.Select(key => $"published port {key.Describe()} of no container"))
            .Concat(Interfaces.Select(link => $"interface {link} of no container"))
            .Concat(Table is null ? [] : [$"firewall table {Table} of no network"]);
}
