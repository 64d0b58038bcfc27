using Brig.Runtime.Conformance.Support;

namespace Brig.Runtime.Conformance.Mounts;

/// <summary>idmap and ridmap.</summary>
public sealed class IdentifierMappingTests
{
    private const string Mappings = """
        "uidMappings": [{"containerID": 0, "hostID": 1000, "size": 100}], "gidMappings": [{"containerID": 0, "hostID": 2000, "size": 100}]
        """;

    [Clause("config.md#posix-platform-mounts"), EachRuntime]
    public void A_mount_with_mappings_shows_the_mapped_owners(string runtime)
    {
        using TestContainer container = new(runtime);
        container.Write("data/file", "text");
        container.Add("mounts", $$"""{"destination": "/mnt", "source": "{{container.Folder}}/data", "options": ["bind", "idmap"], {{Mappings}}}""");
        Assert.Equal("1000:2000", container.Run("stat -c %u:%g /mnt/file"));
    }

    [Clause("config.md#linux-mount-options"), EachRuntime]
    public void Only_ridmap_maps_the_mounts_below(string runtime)
    {
        using TestContainer container = new(runtime);
        using HostMount outer = new(container, "data");
        using HostMount inner = new(container, "data/inner");
        container.Add("mounts", $$"""{"destination": "/one", "source": "{{container.Folder}}/data", "options": ["rbind", "idmap"], {{Mappings}}}""");
        container.Add("mounts", $$"""{"destination": "/all", "source": "{{container.Folder}}/data", "options": ["rbind", "ridmap"], {{Mappings}}}""");
        Assert.Equal("1000 0 1000 1000", container.Run("echo $(stat -c %u /one/file /one/inner/file /all/file /all/inner/file)"));
    }

    [Clause("config.md#linux-mount-options"), EachRuntime]
    public void Without_mappings_the_user_namespaces_are_taken(string runtime)
    {
        using TestContainer container = new(runtime);
        container.Write("data/file", "text");
        container.Add("linux.namespaces", """{"type": "user"}""");
        container.Set("linux.uidMappings", """[{"containerID": 0, "hostID": 100000, "size": 1000}]""").Set("linux.gidMappings", """[{"containerID": 0, "hostID": 100000, "size": 1000}]""");
        container.Add("mounts", $$"""{"destination": "/mnt", "source": "{{container.Folder}}/data", "options": ["bind", "idmap"]}""");
        Host.Shell($"chown -R 100000:100000 {container.Rootfs} && chmod 755 {container.Folder}");
        Assert.Equal("0:0", container.Run("stat -c %u:%g /mnt/file"));
    }

    [Clause("config.md#posix-platform-mounts"), EachRuntime]
    public void Within_a_user_namespace_a_mount_has_mappings_of_its_own(string runtime)
    {
        using TestContainer container = new(runtime);
        UserNamespace.Use(container);
        container.Write("data/file", "text");
        container.Add("mounts", $$"""
            {"destination": "/mnt", "source": "{{container.Folder}}/data", "options": ["bind", "idmap"],
             "uidMappings": [{"containerID": 0, "hostID": 100007, "size": 10}], "gidMappings": [{"containerID": 0, "hostID": 200008, "size": 10}]}
            """);
        Assert.Equal("7:8 0:0", container.Run("touch /mnt/own 2>/dev/null; echo $(stat -c %u:%g /mnt/file) $(stat -c %u:%g /bin/busybox)"));
    }

    [Clause("config.md#linux-mount-options"), EachRuntime]
    public void Within_a_user_namespace_ridmap_maps_the_mounts_below(string runtime)
    {
        using TestContainer container = new(runtime);
        UserNamespace.Use(container);
        using HostMount outer = new(container, "data");
        using HostMount inner = new(container, "data/inner");
        container.Add("mounts", $$"""{"destination": "/all", "source": "{{container.Folder}}/data", "options": ["rbind", "ridmap"]}""");
        Assert.Equal("0 0", container.Run("echo $(stat -c %u /all/file /all/inner/file)"));
    }

    [Clause("config.md#linux-mount-options")]
    [EachRuntime("idmap"), EachRuntime("ridmap")]
    public void Without_mappings_and_user_namespace_it_is_refused(string runtime, string option)
    {
        using TestContainer container = new(runtime);
        Directory.CreateDirectory(Path.Combine(container.Folder, "data"));
        container.Add("mounts", $$"""{"destination": "/mnt", "source": "{{container.Folder}}/data", "options": ["bind", "{{option}}"]}""").RefusedToStart();
    }

    [Clause("config.md#posix-platform-mounts"), EachRuntime]
    public void Mappings_of_users_without_those_of_groups_are_refused(string runtime)
    {
        using TestContainer container = new(runtime);
        Directory.CreateDirectory(Path.Combine(container.Folder, "data"));
        container.Add("mounts", $$"""{"destination": "/mnt", "source": "{{container.Folder}}/data", "options": ["bind", "idmap"], "uidMappings": [{"containerID": 0, "hostID": 1000, "size": 100}]}""").RefusedToStart();
    }
}
