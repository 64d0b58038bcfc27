namespace Brig.Runtime.Conformance.Support;

/// <summary>Makes a case's container one with a user namespace: 1000 users from 100000 on.</summary>
public static class UserNamespace
{
    public static void Use(TestContainer container)
    {
        container.Add("linux.namespaces", """{"type": "user"}""");
        container.Set("linux.uidMappings", """[{"containerID": 0, "hostID": 100000, "size": 1000}]""");
        container.Set("linux.gidMappings", """[{"containerID": 0, "hostID": 200000, "size": 1000}]""");
        Host.Shell($"chown -hR 100000:200000 {container.Rootfs} && chmod 711 {container.Folder}");
    }
}
