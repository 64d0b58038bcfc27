using System.Text.Json.Nodes;
using Brig.Containers;
using Brig.Linux;

namespace Brig.Cli.Commands.System;

/// <summary>The engine and its host in the fields of Docker's <c>info</c>, and some of Brig's own.</summary>
internal static class InfoDocument
{
    private static readonly string[] s_limits = ["memory", "cpu", "pids"];

    public static JsonObject Of(Engine engine, string version)
    {
        IReadOnlyList<Container> containers = engine.Containers();
        int running = containers.Count(container => container.Status == ContainerStatus.Running);
        CgroupHost cgroups = CgroupHost.Detect();
        return new JsonObject
        {
            ["Containers"] = containers.Count,
            ["ContainersRunning"] = running,
            ["ContainersPaused"] = 0,
            ["ContainersStopped"] = containers.Count - running,
            ["Images"] = engine.Images.List().Count,
            ["Driver"] = "overlay2",
            ["DriverStatus"] = new JsonArray(new JsonArray("Supports overlay", HostFacts.HasOverlay ? "true" : "false")),
            ["Plugins"] = new JsonObject { ["Volume"] = Texts(["local"]), ["Network"] = Texts(["bridge", "host", "ipvlan", "macvlan", "null"]), ["Log"] = Texts(["json-file"]) },
            ["MemoryLimit"] = cgroups.Has("memory"),
            ["PidsLimit"] = cgroups.Has("pids"),
            ["CpuCfsPeriod"] = cgroups.Has("cpu"),
            ["CpuCfsQuota"] = cgroups.Has("cpu"),
            ["CPUShares"] = cgroups.Has("cpu"),
            ["CPUSet"] = cgroups.Has("cpuset"),
            ["IPv4Forwarding"] = HostFacts.Forwards,
            ["SystemTime"] = Timestamps.Format(engine.Time.GetUtcNow()),
            ["LoggingDriver"] = "json-file",
            ["CgroupDriver"] = "cgroupfs",
            ["CgroupVersion"] = cgroups.IsUnified ? "2" : "1",
            ["CgroupMode"] = HostFacts.CgroupMode(cgroups),
            ["CgroupControllers"] = Texts(HostFacts.Controllers(cgroups)),
            ["NetworkBackend"] = "rtnetlink and nftables",
            ["KernelVersion"] = HostFacts.Kernel,
            ["OperatingSystem"] = HostFacts.OperatingSystem,
            ["OSVersion"] = HostFacts.OsVersion,
            ["OSType"] = "linux",
            ["Architecture"] = HostFacts.Architecture,
            ["NCPU"] = Environment.ProcessorCount,
            ["MemTotal"] = HostFacts.Memory,
            ["DockerRootDir"] = engine.Root.Root,
            ["RunRoot"] = engine.Root.RunRoot,
            ["Name"] = HostFacts.HostName,
            ["ServerVersion"] = version,
            ["DefaultRuntime"] = "brig",
            ["SecurityOptions"] = HostFacts.HasSeccomp ? Texts(["name=seccomp,profile=builtin"]) : [],
            ["UserNamespaces"] = HostFacts.HasUserNamespaces,
            ["AppArmor"] = HostFacts.HasAppArmor,
            ["SELinux"] = HostFacts.HasSelinux,
            ["Warnings"] = Texts(Warnings(engine, cgroups)),
        };
    }

    private static IEnumerable<string> Warnings(Engine engine, CgroupHost cgroups)
    {
        foreach (string controller in s_limits.Where(controller => !cgroups.Has(controller)))
        {
            yield return $"WARNING: No {controller} limit support";
        }

        if (!HostFacts.HasOverlay)
        {
            yield return "WARNING: The kernel does not list overlay: its module is loaded when first used, or missing";
        }

        if (!HostFacts.HasSeccomp)
        {
            yield return "WARNING: No seccomp support: containers run without a system call filter";
        }

        if (HostFacts.HasAppArmor)
        {
            yield return "WARNING: AppArmor is on, and containers run unconfined by it";
        }

        if (HostFacts.HasSelinux)
        {
            yield return "WARNING: SELinux is on, and containers run unlabelled";
        }

        foreach (string chain in Obstacles(engine))
        {
            yield return $"WARNING: The chain {chain} drops forwarded packets: containers may reach nothing beyond the host";
        }
    }

    private static IReadOnlyList<string> Obstacles(Engine engine)
    {
        try
        {
            return engine.Networks.ForwardingObstacles();
        }
        catch (LinuxException)
        {
            return []; // no nftables in this kernel: then nothing of it is in the way
        }
    }

    private static JsonArray Texts(IEnumerable<string> texts) => [.. texts.Select(text => (JsonNode)JsonValue.Create(text))];
}
