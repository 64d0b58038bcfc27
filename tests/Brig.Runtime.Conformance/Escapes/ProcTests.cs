using Brig.Runtime.Conformance.Support;

namespace Brig.Runtime.Conformance.Escapes;

/// <summary>CVE-2019-16884, CVE-2019-19921, CVE-2023-27561, CVE-2023-28642: something else in the place of /proc, so that protection goes astray.</summary>
public sealed class ProcTests
{
    // Refusing is right; otherwise masking and write protection must hold on the real file system.
    private const string Probe = "cat /proc/timer_list | head -c 20; (echo 1 >/proc/sys/kernel/printk) 2>/dev/null && echo WRITABLE; for p in $(grep ' proc ' /proc/mounts 2>/dev/null | cut -d' ' -f2); do [ -s $p/timer_list ] && echo UNMASKED; (echo 1 >$p/sys/kernel/printk) 2>/dev/null && echo WRITABLE; done; true";

    [Clause("CVE-2019-19921")]
    [EachRuntime("other"), EachRuntime("/other/deep"), EachRuntime("../../other")]
    public void A_link_in_the_place_of_proc_does_not_lead_protection_astray(string runtime, string target)
    {
        using TestContainer container = new(runtime);
        Directory.Delete(Path.Combine(container.Rootfs, "proc"));
        Directory.CreateDirectory(Path.Combine(container.Rootfs, "other/deep"));
        File.CreateSymbolicLink(Path.Combine(container.Rootfs, "proc"), target);
        Outcome outcome = container.Script(Probe).TryRun();
        Assert.True(outcome.ExitCode != 0 || outcome.Line == "", outcome.ToString());
    }

    [Clause("CVE-2023-27561"), EachRuntime]
    public void Protection_holds_while_proc_is_exchanged(string runtime)
    {
        using TestContainer container = new(runtime);
        Directory.CreateDirectory(Path.Combine(container.Rootfs, "real"));
        File.CreateSymbolicLink(Path.Combine(container.Rootfs, "link"), "real");
        container.Script(Probe).Save();
        using Swapper swapper = new(Path.Combine(container.Rootfs, "proc"), Path.Combine(container.Rootfs, "link"));
        for (int round = 0; round < 25; round++)
        {
            Outcome outcome = container.TryRun();
            Assert.True(outcome.ExitCode != 0 || outcome.Line == "", outcome.ToString());
        }
    }

    [Clause("CVE-2019-16884"), EachRuntime]
    public void A_folder_mounted_over_proc_is_refused_or_harmless(string runtime)
    {
        using TestContainer container = new(runtime);
        container.Write("fake/self/attr/exec", "");
        container.Write("fake/sys/kernel/printk", "1");
        container.Add("mounts", $$"""{"destination": "/proc", "source": "{{container.Folder}}/fake", "options": ["bind"]}""");
        Outcome outcome = container.Script("ls /proc/self/attr 2>/dev/null; echo ran").TryRun();
        Assert.True(outcome.ExitCode != 0, "a bind mount over /proc hides what proves that labels and protection hold: " + outcome);
    }

    [Clause("CVE-2023-28642")]
    [EachRuntime("/proc/self/attr"), EachRuntime("/proc/1"), EachRuntime("/proc/sys/kernel")]
    public void A_folder_mounted_below_proc_is_refused(string runtime, string place)
    {
        using TestContainer container = new(runtime);
        Directory.CreateDirectory(Path.Combine(container.Folder, "fake"));
        container.Add("mounts", $$"""{"destination": "{{place}}", "source": "{{container.Folder}}/fake", "options": ["bind"]}""");
        Assert.NotEqual(0, container.Script("true").TryRun().ExitCode);
    }
}
