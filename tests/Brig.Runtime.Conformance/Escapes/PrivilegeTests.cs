using System.Runtime.InteropServices;
using Brig.Runtime.Conformance.Support;

namespace Brig.Runtime.Conformance.Escapes;

/// <summary>CVE-2022-29162, CVE-2022-24769 (inheritable capabilities) and CVE-2022-2989, CVE-2022-2990, CVE-2022-36109 (supplementary groups).</summary>
public sealed partial class PrivilegeTests
{
    [Clause("CVE-2022-29162")]
    [EachRuntime(""), EachRuntime("--cap CAP_NET_RAW")]
    public void Nothing_is_inheritable_that_was_not_asked_for(string runtime, string flags)
    {
        using TestContainer container = new(runtime);
        container.Script("grep CapInh /proc/self/status; sleep 1000").Start();
        Assert.Equal("CapInh:\t0000000000000000", container.Exec("grep CapInh /proc/self/status", flags.Split(' ', StringSplitOptions.RemoveEmptyEntries)));
        container.UntilOutput("CapInh:\t0000000000000000");
    }

    [Clause("CVE-2022-29162"), EachRuntime]
    public void A_user_without_rights_gains_none_through_a_programs_inheritable_set(string runtime)
    {
        using TestContainer container = new(runtime);
        container.Set("process.user", """{"uid": 1000, "gid": 1000}""").Set("process.noNewPrivileges", "false");
        File.Copy("/bin/busybox", Path.Combine(container.Rootfs, "usr/busybox"));

        // Version 2 of the attribute: permitted none, inheritable CAP_NET_RAW.
        uint[] data = [0x02000000, 0, 1 << 13, 0, 0];
        Assert.Equal(0, SetAttribute(Path.Combine(container.Rootfs, "usr/busybox"), "security.capability", data, sizeof(uint) * 5, 0));
        Assert.Equal("0000000000000000", container.Run("/usr/busybox grep CapPrm /proc/self/status | cut -f2"));
    }

    [Clause("CVE-2022-2990"), EachRuntime]
    public void Groups_of_the_caller_do_not_come_along(string runtime)
    {
        using TestContainer container = new(runtime);
        container.Wrapper = ["setpriv", "--groups", "4,5,6"];
        container.Set("process.user", """{"uid": 1000, "gid": 1000}""").Start();
        Assert.Equal("", container.Exec("grep Groups /proc/self/status | cut -f2").Trim());
        Assert.Equal("", container.Exec("grep Groups /proc/1/status | cut -f2").Trim());
        Assert.Equal("", container.Exec("grep Groups /proc/self/status | cut -f2", "--user", "0:0").Trim());
    }

    [Clause("CVE-2022-2989"), EachRuntime]
    public void A_file_that_shuts_out_a_group_shuts_it_out(string runtime)
    {
        using TestContainer container = new(runtime);
        container.Write("rootfs/shut", "secret");
        Host.Shell($"chown 0:1234 {container.Rootfs}/shut && chmod 604 {container.Rootfs}/shut");
        container.Set("process.user", """{"uid": 1000, "gid": 1000, "additionalGids": [1234]}""");
        Assert.Equal("shut out", container.Run("cat /shut 2>/dev/null || echo shut out"));
    }

    [LibraryImport("libc", EntryPoint = "setxattr", StringMarshalling = StringMarshalling.Utf8)]
    private static partial int SetAttribute(string path, string name, uint[] value, nuint size, int flags);
}
