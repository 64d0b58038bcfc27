using Brig.Linux;
using Brig.Runtime.Launch;

namespace Brig.Runtime.Tests.Launch;

public sealed class MountOptionsTests
{
    [Fact]
    public void Options_are_told_apart()
    {
        MountOptions options = MountOptions.Parse(["rbind", "ro", "nosuid", "rslave", "size=64k", "newinstance"]);
        Assert.Equal(MountAttributes.MOUNT_ATTR_RDONLY | MountAttributes.MOUNT_ATTR_NOSUID, options.Set);
        Assert.True(options.Recursive);
        Assert.Equal(MountAttributes.None, options.RecursiveSet);
        Assert.NotEqual(0UL, options.Propagation);
        Assert.Equal([("size", "64k"), ("newinstance", null)], options.Data);
    }

    [Fact]
    public void A_later_option_takes_back_an_earlier_one() =>
        Assert.Equal(MountAttributes.None, MountOptions.Parse(["noexec", "nosuid", "nodev", "ro", "exec", "suid", "dev", "rw"]).Set);

    [Fact]
    public void Recursive_attributes_are_kept_apart()
    {
        MountOptions options = MountOptions.Parse(["rbind", "rro", "rnosuid", "rexec", "noatime", "relatime", "rprivate", "bind"]);
        Assert.Equal(MountAttributes.MOUNT_ATTR_RDONLY | MountAttributes.MOUNT_ATTR_NOSUID, options.RecursiveSet);
        Assert.Equal(MountAttributes.MOUNT_ATTR_NOEXEC, options.RecursiveClear);
        Assert.True(options.RecursivePropagation && options.Bind && options.Recursive);
        Assert.Empty(options.Data);
    }
}
