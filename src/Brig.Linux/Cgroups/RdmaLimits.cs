namespace Brig.Linux;

/// <summary>Limits of RDMA devices: one file in both versions of cgroups.</summary>
internal static class RdmaLimits
{
    internal static void Apply(CgroupFolder folder, CgroupResources resources)
    {
        foreach ((string device, uint? handles, uint? objects) in resources.Rdma)
        {
            folder.Write("rdma.max", $"{device}{(handles is null ? "" : $" hca_handle={handles}")}{(objects is null ? "" : $" hca_object={objects}")}");
        }
    }
}
