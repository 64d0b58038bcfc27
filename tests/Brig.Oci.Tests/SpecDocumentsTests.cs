using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Brig.Oci.Runtime;

namespace Brig.Oci.Tests;

public sealed class SpecDocumentsTests
{
    /// <summary>Every field of the specification, each with a value that no default is.</summary>
    private const string Everything = """
        {"ociVersion":"1.3.0",
        "process":{"terminal":true,"consoleSize":{"height":5,"width":6},"user":{"uid":7,"gid":8,"umask":18,"additionalGids":[9,4294967294]},
          "args":["sh","-c","x"],"env":["A=b"],"cwd":"/c","capabilities":{"bounding":["B"],"effective":["E"],"inheritable":["I"],"permitted":["P"],"ambient":["A"]},
          "rlimits":[{"type":"RLIMIT_CORE","hard":18446744073709551615,"soft":1}],"noNewPrivileges":true,"apparmorProfile":"a","oomScoreAdj":-100,
          "scheduler":{"policy":"SCHED_DEADLINE","nice":-5,"priority":3,"flags":["F"],"runtime":1,"deadline":2,"period":3},"selinuxLabel":"s",
          "ioPriority":{"class":"IOPRIO_CLASS_IDLE","priority":4},"execCPUAffinity":{"initial":"0","final":"1"}},
        "root":{"path":"rootfs","readonly":true},"hostname":"h","domainname":"d",
        "mounts":[{"destination":"/m","type":"bind","source":"/s","options":["rbind"],"uidMappings":[{"containerID":1,"hostID":2,"size":3}],"gidMappings":[{"containerID":4,"hostID":5,"size":6}]}],
        "hooks":{"prestart":[{"path":"/1","args":["a"],"env":["E=1"],"timeout":9}],"createRuntime":[{"path":"/2"}],"createContainer":[{"path":"/3"}],
          "startContainer":[{"path":"/4"}],"poststart":[{"path":"/5"}],"poststop":[{"path":"/6"}]},
        "annotations":{"k":"v"},
        "linux":{"namespaces":[{"type":"pid","path":"/proc/1/ns/pid"}],"uidMappings":[{"containerID":1,"hostID":2,"size":3}],"gidMappings":[{"containerID":1,"hostID":2,"size":3}],
          "timeOffsets":{"monotonic":{"secs":-1,"nanosecs":2}},"devices":[{"path":"/dev/x","type":"c","major":1,"minor":2,"fileMode":438,"uid":1,"gid":2}],
          "netDevices":{"eth1":{"name":"in"}},"cgroupsPath":"/g",
          "resources":{"devices":[{"allow":true,"type":"c","major":1,"minor":2,"access":"rwm"}],
            "memory":{"limit":1,"reservation":2,"swap":-1,"kernel":4,"kernelTCP":5,"swappiness":6,"disableOOMKiller":true,"useHierarchy":true,"checkBeforeUpdate":true},
            "cpu":{"shares":1,"quota":-2,"burst":3,"period":4,"realtimeRuntime":5,"realtimePeriod":6,"cpus":"0","mems":"0","idle":1},"pids":{"limit":3},
            "blockIO":{"weight":10,"leafWeight":11,"weightDevice":[{"major":8,"minor":0,"weight":12,"leafWeight":13}],"throttleReadBpsDevice":[{"major":8,"minor":0,"rate":1}],
              "throttleWriteBpsDevice":[{"major":8,"minor":0,"rate":2}],"throttleReadIOPSDevice":[{"major":8,"minor":0,"rate":3}],"throttleWriteIOPSDevice":[{"major":8,"minor":0,"rate":4}]},
            "hugepageLimits":[{"pageSize":"2MB","limit":5}],"network":{"classID":1,"priorities":[{"name":"eth0","priority":2}]},
            "rdma":{"mlx":{"hcaHandles":1,"hcaObjects":2}},"unified":{"memory.high":"1"}},
          "rootfsPropagation":"private","seccomp":{"defaultAction":"SCMP_ACT_ERRNO","defaultErrnoRet":1,"architectures":["SCMP_ARCH_X86"],"flags":["F"],"listenerPath":"/l","listenerMetadata":"m",
            "syscalls":[{"names":["read"],"action":"SCMP_ACT_ALLOW","errnoRet":2,"args":[{"index":1,"value":18446744073709551615,"valueTwo":3,"op":"SCMP_CMP_EQ"}]}]},
          "sysctl":{"net.a":"1"},"maskedPaths":["/proc/m"],"readonlyPaths":["/proc/r"],"mountLabel":"l","personality":{"domain":"LINUX32","flags":["F"]},
          "intelRdt":{"closID":"c","l3CacheSchema":"L3","memBwSchema":"MB","schemata":["S"],"enableMonitoring":true},"memoryPolicy":{"mode":"MPOL_BIND","nodes":"0","flags":["F"]}}}
        """;

    [Fact]
    public void What_is_read_is_what_was_written()
    {
        RuntimeSpec spec = Read(Everything);
        string again = JsonSerializer.Serialize(spec, RuntimeJson.Default.RuntimeSpec);
        Assert.True(JsonNode.DeepEquals(JsonNode.Parse(Everything), JsonNode.Parse(again)), again);
    }

    [Fact]
    public void Null_is_no_value() => Assert.Null(Read("""{"ociVersion":"1.0.0","process":null,"mounts":null,"hostname":null}""").Mounts);

    [Theory]
    [InlineData("""[]""", "c.json: must be an object")]
    [InlineData("""{}""", "c.json: ociVersion: is missing")]
    [InlineData("""{"ociVersion":null}""", "c.json: ociVersion: is missing")]
    [InlineData("""{"ociVersion":"1.0.0","mounts":[{"destination":"/"},{"destination":"/x","options":["a",1]}]}""", "c.json: mounts[1].options[1]: must be a string")]
    [InlineData("""{"ociVersion":"1.0.0","mounts":[{}]}""", "c.json: mounts[0].destination: is missing")]
    [InlineData("""{"ociVersion":"1.0.0","mounts":{}}""", "c.json: mounts: must be a list")]
    [InlineData("""{"ociVersion":"1.0.0","linux":{"timeOffsets":{"monotonic":7}}}""", "c.json: linux.timeOffsets.monotonic: must be an object")]
    [InlineData("""{"ociVersion":"1.0.0","linux":{"resources":{"blockIO":{"weight":65536}}}}""", "c.json: linux.resources.blockIO.weight: must be a whole number from 0 to 65535")]
    [InlineData("""{"ociVersion":"1.0.0","linux":{"resources":{"pids":{"limit":1.5}}}}""", "c.json: linux.resources.pids.limit: must be a whole number from -9223372036854775808 to 9223372036854775807")]
    [InlineData("""{"ociVersion":"1.0.0","root":{"path":"r","readonly":"yes"}}""", "c.json: root.readonly: must be true or false")]
    [InlineData("""{"ociVersion":"1.0.0","hostname":"\ud800"}""", "c.json: hostname: is no valid UTF-8 or UTF-16")]
    public void An_error_names_the_field(string json, string expected) => Assert.Equal(expected, Assert.Throws<BrigException>(() => Read(json)).Message);

    [Theory]
    [InlineData("{")]
    [InlineData("")]
    [InlineData("{\"a\":[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]}")]
    public void What_is_no_JSON_is_told_so(string json) => Assert.StartsWith("c.json: ", Assert.Throws<BrigException>(() => Read(json)).Message, StringComparison.Ordinal);

    private static RuntimeSpec Read(string json) => SpecDocuments.Configuration(SpecDocuments.Parse(Encoding.UTF8.GetBytes(json), "c.json"), "c.json");
}
