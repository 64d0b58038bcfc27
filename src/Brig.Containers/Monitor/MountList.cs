using Brig.Containers.Specifications;
using Brig.Containers.Volumes;
using Brig.Oci.Runtime;

namespace Brig.Containers.Monitor;

/// <summary>The mounts that a container has beside the default ones: its three files of names, then what was asked for, parents first.</summary>
internal static class MountList
{
    internal static IReadOnlyList<MountSpec> Of(ContainerSpecification specification, ContainerFiles files, VolumeStore volumes)
    {
        List<MountSpec> mounts =
        [
            Bind(files.ResolvConf, "/etc/resolv.conf"),
            Bind(files.Hosts, "/etc/hosts"),
        ];
        if (specification.Network != "host")
        {
            mounts.Add(Bind(files.Hostname, "/etc/hostname"));
        }

        IEnumerable<MountSpec> trees = (specification.Step?.Trees ?? []).Select(tree => new MountSpec { Destination = tree.Target, Type = "bind", Source = tree.Target, Options = ["rbind", tree.Upper is null ? "ro" : "rw"] });
        IEnumerable<MountSpec> asked = specification.Mounts.Select(mount => mount.Kind switch
        {
            MountKind.Tmpfs => new MountSpec { Destination = mount.Target, Type = "tmpfs", Source = "tmpfs", Options = ["noexec", "nosuid", "nodev", .. mount.TmpfsOptions?.Split(',', StringSplitOptions.RemoveEmptyEntries) ?? []] },
            MountKind.Volume => Bind(volumes.PathOf(mount.Source!), mount.Target, Options(mount)),
            _ => Bind(mount.Source!, mount.Target, Options(mount)),
        });
        mounts.AddRange(asked.Concat(trees).OrderBy(mount => mount.Destination.Count(c => c == '/')));
        return mounts;
    }

    private static string[] Options(MountRequest mount) => [mount.ReadOnly ? "rro" : "rw", mount.Propagation ?? "rprivate", .. mount.Options];

    private static MountSpec Bind(string source, string target, params string[] options) => new() { Destination = target, Type = "bind", Source = source, Options = ["rbind", .. options] };
}
