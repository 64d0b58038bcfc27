using Brig.Runtime.Conformance.Support;

namespace Brig.Runtime.Conformance.Cgroups;

/// <summary>linux.cgroupsPath.</summary>
public sealed class CgroupTests
{
    [Clause("config-linux.md#cgroups-path"), EachRuntime]
    public void An_absolute_path_is_taken_from_the_mount_point(string runtime)
    {
        using TestContainer container = new(runtime);
        container.Set("linux.cgroupsPath", $"\"/brig-conformance/{container.Id}/deep\"").Create();
        string[] lines = File.ReadAllLines($"/proc/{container.Pid}/cgroup");
        Assert.Contains(lines, line => line.EndsWith($":/brig-conformance/{container.Id}/deep", StringComparison.Ordinal));
        if (!Host.IsUnified)
        {
            Assert.All(lines.Where(line => !line.StartsWith("0::", StringComparison.Ordinal)), line => Assert.EndsWith($":/brig-conformance/{container.Id}/deep", line, StringComparison.Ordinal));
        }

        container.Do("delete", "--force", container.Id);
        foreach (string made in CgroupDriver.Of(container.Id))
        {
            Directory.Delete(made);
        }
    }

    [Clause("config-linux.md#cgroups-path"), EachRuntime]
    public void A_relative_path_leads_to_the_same_place_each_time(string runtime)
    {
        using TestContainer container = new(runtime);
        container.Set("linux.cgroupsPath", $"\"brig-conformance-relative-{container.Id}\"");
        string first = container.Run("true; cat /proc/self/cgroup >/dev/null; echo x");
        container.Create();
        string one = File.ReadAllText($"/proc/{container.Pid}/cgroup");
        container.Do("delete", "--force", container.Id);
        container.Create();
        string two = File.ReadAllText($"/proc/{container.Pid}/cgroup");
        container.Do("delete", "--force", container.Id);
        Assert.Equal("x", first);
        Assert.Contains(container.Id, one, StringComparison.Ordinal);
        Assert.Equal(one, two);
    }

    [Clause("config-linux.md#cgroups-path"), EachRuntime]
    public void Without_a_path_there_is_one_of_the_containers_own(string runtime)
    {
        using TestContainer container = new(runtime);
        container.Remove("linux.cgroupsPath").Create();
        Assert.Contains(container.Id, File.ReadAllText($"/proc/{container.Pid}/cgroup"), StringComparison.Ordinal);
        container.Do("delete", "--force", container.Id);
    }

    [Clause("config-linux.md#cgroups-path")]
    [EachRuntime("/../../escape"), EachRuntime("../escape")]
    public void A_path_that_leads_out_makes_nothing_outside(string runtime, string path)
    {
        using TestContainer container = new(runtime);
        container.Set("linux.cgroupsPath", $"\"{path}-{container.Id}\"").TryCreate();
        container.Try("delete", "--force", container.Id);
        Assert.Empty(Directory.EnumerateDirectories("/sys/fs", $"escape-{container.Id}"));
    }

    [Clause("config-linux.md#namespaces"), EachRuntime]
    public void A_cgroup_namespace_begins_at_the_containers_cgroup(string runtime)
    {
        using TestContainer container = new(runtime);
        string[] lines = container.Run("cat /proc/self/cgroup").Split('\n');
        Assert.All(lines, line => Assert.EndsWith(":/", line, StringComparison.Ordinal));
    }

    [Clause("config-linux.md#control-groups"), EachRuntime]
    public void A_cgroup_with_foreign_processes_is_not_emptied(string runtime)
    {
        using TestContainer other = new(runtime);
        other.Start();
        using TestContainer container = new(runtime);
        container.Set("linux.cgroupsPath", $"\"/brig-conformance/{other.Id}\"").TryCreate();
        container.Try("delete", "--force", container.Id);
        Assert.Equal("running", other.Status);
    }
}
