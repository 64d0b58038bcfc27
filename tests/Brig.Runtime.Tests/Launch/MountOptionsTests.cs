using Brig.Linux;
using Brig.Runtime.Launch;

namespace Brig.Runtime.Tests.Launch;

public sealed class MountOptionsTests
{
    [Fact]
    public void Options_are_told_apart()
    {
        MountOptions options = MountOptions.Parse(["rbind", "ro", "nosuid", "rslave", "size=64k", "newinstance"]);
        Assert.Equal(MountAttributes.MOUNT_ATTR_RDONLY | MountAttributes.MOUNT_ATTR_NOSUID, options.Attributes);
        Assert.True(options.Recursive);
        Assert.False(options.RecursivelyReadOnly);
        Assert.NotEqual(0UL, options.Propagation);
        Assert.Equal([("size", "64k"), ("newinstance", null)], options.Data);
    }

    [Fact]
    public void A_later_option_takes_back_an_earlier_one() =>
        Assert.Equal(MountAttributes.None, MountOptions.Parse(["noexec", "nosuid", "nodev", "ro", "exec", "suid", "dev", "rw"]).Attributes);
}
