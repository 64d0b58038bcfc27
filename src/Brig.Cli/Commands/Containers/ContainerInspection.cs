using System.Text.Json.Nodes;
using Brig.Containers;
using Brig.Containers.Specifications;

namespace Brig.Cli.Commands.Containers;

/// <summary>A container as <c>docker inspect</c> shows it.</summary>
internal static class ContainerInspection
{
    public static JsonObject Of(Container container, Engine engine, SizeDetail size)
    {
        ContainerSpecification specification = container.Specification;
        ContainerFiles files = new(engine.Root, container.Id);
        string hostname = specification.Hostname ?? container.Id.Short;
        JsonObject document = new()
        {
            ["Id"] = container.Id.Value,
            ["Created"] = Timestamps.Format(container.Created),
            ["Path"] = specification.Arguments[0],
            ["Args"] = Strings(specification.Arguments.Skip(1)),
            ["State"] = State(container),
            ["Image"] = specification.ImageId?.ToString(),
            ["ResolvConfPath"] = files.ResolvConf,
            ["HostnamePath"] = files.Hostname,
            ["HostsPath"] = files.Hosts,
            ["LogPath"] = files.Log,
            ["Name"] = "/" + container.Name,
            ["RestartCount"] = 0,
            ["Driver"] = "overlay",
            ["Platform"] = "linux",
            ["MountLabel"] = "",
            ["ProcessLabel"] = "",
            ["AppArmorProfile"] = "",
            ["ExecIDs"] = null,
            ["HostConfig"] = HostConfig(specification),
            ["GraphDriver"] = new JsonObject
            {
                ["Name"] = "overlay",
                ["Data"] = new JsonObject { ["UpperDir"] = files.Upper, ["WorkDir"] = files.Work, ["LowerDir"] = string.Join(':', engine.Images.DirectoriesOf(specification.Layers)) },
            },
            ["Mounts"] = Mounts(specification, engine),
            ["Config"] = Config(specification, hostname),
            ["NetworkSettings"] = NetworkInspection.Settings(container),
        };
        if (size == SizeDetail.Shown)
        {
            ContainerSize sizes = ContainerSize.Of(container, engine);
            document["SizeRw"] = sizes.Written;
            document["SizeRootFs"] = sizes.Whole;
        }

        return document;
    }

    private static JsonObject State(Container container) => new()
    {
        ["Status"] = container.Status.ToString().ToLowerInvariant(),
        ["Running"] = container.Status == ContainerStatus.Running,
        ["Paused"] = false,
        ["Restarting"] = false,
        ["OOMKilled"] = container.State.OutOfMemory,
        ["Dead"] = false,
        ["Pid"] = container.State.Pid,
        ["ExitCode"] = container.State.ExitCode,
        ["Error"] = container.State.Error,
        ["StartedAt"] = Timestamps.Format(container.State.StartedAt),
        ["FinishedAt"] = Timestamps.Format(container.State.FinishedAt),
    };

    private static JsonObject HostConfig(ContainerSpecification specification) => new()
    {
        ["Binds"] = NullIfEmpty(specification.Mounts.Where(mount => mount.Kind != MountKind.Tmpfs).Select(mount => $"{mount.Source}:{mount.Target}{(mount.ReadOnly ? ":ro" : "")}")),
        ["LogConfig"] = new JsonObject { ["Type"] = "json-file", ["Config"] = new JsonObject() },
        ["NetworkMode"] = specification.Network,
        ["PortBindings"] = PortBindings(specification),
        ["RestartPolicy"] = new JsonObject { ["Name"] = "no", ["MaximumRetryCount"] = 0 },
        ["AutoRemove"] = specification.AutoRemove,
        ["CapAdd"] = NullIfEmpty(specification.CapAdd),
        ["CapDrop"] = NullIfEmpty(specification.CapDrop),
        ["CgroupnsMode"] = "private",
        ["Dns"] = Strings(specification.Dns),
        ["DnsOptions"] = Strings(specification.DnsOptions),
        ["DnsSearch"] = Strings(specification.DnsSearch),
        ["Links"] = NullIfEmpty(specification.Links),
        ["ExtraHosts"] = NullIfEmpty(specification.ExtraHosts),
        ["GroupAdd"] = NullIfEmpty(specification.GroupAdd),
        ["IpcMode"] = "private",
        ["Privileged"] = specification.Privileged,
        ["ReadonlyRootfs"] = specification.ReadOnlyRoot,
        ["SecurityOpt"] = NullIfEmpty(specification.SecurityOptions),
        ["ShmSize"] = specification.SharedMemory == 0 ? 64L << 20 : specification.SharedMemory,
        ["Memory"] = specification.Resources.Memory,
        ["MemorySwap"] = specification.Resources is { MemorySwap: 0, Memory: > 0 } ? 2 * specification.Resources.Memory : specification.Resources.MemorySwap,
        ["MemoryReservation"] = specification.Resources.MemoryReservation,
        ["NanoCpus"] = specification.Resources.NanoCpus,
        ["CpuShares"] = specification.Resources.CpuShares,
        ["CpusetCpus"] = specification.Resources.CpusetCpus ?? "",
        ["CpusetMems"] = specification.Resources.CpusetMems ?? "",
        ["PidsLimit"] = specification.Resources.PidsLimit == 0 ? null : specification.Resources.PidsLimit,
        ["Sysctls"] = specification.Sysctls.Count == 0 ? null : Map(specification.Sysctls),
        ["Runtime"] = "brig",
    };

    private static JsonObject Config(ContainerSpecification specification, string hostname) => new()
    {
        ["Hostname"] = hostname,
        ["Domainname"] = specification.Domainname ?? "",
        ["User"] = specification.User ?? "",
        ["AttachStdin"] = specification.InputOnce,
        ["AttachStdout"] = true,
        ["AttachStderr"] = true,
        ["ExposedPorts"] = new JsonObject(specification.ExposedPorts.Select(port => KeyValuePair.Create<string, JsonNode?>(port, new JsonObject()))),
        ["Tty"] = specification.Terminal,
        ["OpenStdin"] = specification.OpenInput,
        ["StdinOnce"] = specification.InputOnce,
        ["Env"] = Strings(specification.Environment),
        ["Cmd"] = NullIfEmpty(specification.Command ?? []),
        ["Image"] = specification.Image,
        ["Volumes"] = null,
        ["WorkingDir"] = specification.WorkingDirectory,
        ["Entrypoint"] = NullIfEmpty(specification.Entrypoint ?? []),
        ["Labels"] = Map(specification.Labels),
        ["StopSignal"] = specification.StopSignal ?? "SIGTERM",
        ["StopTimeout"] = specification.StopTimeout,
    };

    private static JsonObject PortBindings(ContainerSpecification specification)
    {
        JsonObject bindings = [];
        foreach (var group in specification.Ports.SelectMany(Brig.Networks.PortMapping.Parse).GroupBy(port => $"{port.ContainerPort}/{port.Protocol.ToString().ToLowerInvariant()}"))
        {
            bindings[group.Key] = new JsonArray([.. group.Select(port => new JsonObject { ["HostIp"] = port.HostAddress?.ToString() ?? "", ["HostPort"] = port.HostPort == 0 ? "" : port.HostPort.ToString() })]);
        }

        return bindings;
    }

    private static JsonArray Mounts(ContainerSpecification specification, Engine engine) => new([.. specification.Mounts.Select(mount => new JsonObject
    {
        ["Type"] = mount.Kind.ToString().ToLowerInvariant(),
        ["Name"] = mount.Kind == MountKind.Volume ? mount.Source : null,
        ["Source"] = mount.Kind == MountKind.Volume ? engine.Volumes.PathOf(mount.Source!) : mount.Source ?? "",
        ["Destination"] = mount.Target,
        ["Mode"] = mount.ReadOnly ? "ro" : "",
        ["RW"] = !mount.ReadOnly,
        ["Propagation"] = mount.Kind == MountKind.Bind ? mount.Propagation ?? "rprivate" : "",
    })]);

    private static JsonArray Strings(IEnumerable<string> values) => new([.. values.Select(value => (JsonNode?)value)]);

    private static JsonArray? NullIfEmpty(IEnumerable<string> values) => values.Any() ? Strings(values) : null;

    private static JsonObject Map(IEnumerable<KeyValuePair<string, string>> pairs) =>
        new(pairs.OrderBy(pair => pair.Key, StringComparer.Ordinal).Select(pair => KeyValuePair.Create<string, JsonNode?>(pair.Key, pair.Value)));
}
