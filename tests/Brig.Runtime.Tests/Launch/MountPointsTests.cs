using Brig.Linux;
using Brig.Runtime.Launch;
using Microsoft.Win32.SafeHandles;

namespace Brig.Runtime.Tests.Launch;

public sealed class MountPointsTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("brig-points-").FullName;

    public MountPointsTests() => Directory.CreateDirectory(_folder + "/root/etc");

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public void Missing_places_are_made_through_links_inside_the_root_alone()
    {
        File.CreateSymbolicLink(_folder + "/root/out", "/../../outside");
        File.CreateSymbolicLink(_folder + "/root/etc/resolv.conf", "../run/systemd/resolve/stub-resolv.conf");
        using SafeFileHandle root = Files.Open(_folder + "/root", OpenFlags.O_PATH | OpenFlags.O_DIRECTORY);
        MountPoints.EnsureDirectory(root, "/out/deep/er");
        MountPoints.EnsureFile(root, "/etc/resolv.conf");
        MountPoints.EnsureFile(root, "/a/../b/./c");
        Assert.False(Directory.Exists(_folder + "/outside"));
        Assert.True(Directory.Exists(_folder + "/root/outside/deep/er"));
        Assert.True(File.Exists(_folder + "/root/run/systemd/resolve/stub-resolv.conf"));
        Assert.True(File.Exists(_folder + "/root/b/c"));
    }

    [Fact]
    public void A_directory_in_the_place_of_a_file_is_refused_and_the_other_way_round()
    {
        File.WriteAllText(_folder + "/root/file", "");
        using SafeFileHandle root = Files.Open(_folder + "/root", OpenFlags.O_PATH | OpenFlags.O_DIRECTORY);
        Assert.Equal(Errno.ENOTDIR, Assert.Throws<LinuxException>(() => MountPoints.EnsureFile(root, "/etc")).Errno);
        Assert.Equal(Errno.ENOTDIR, Assert.Throws<LinuxException>(() => MountPoints.EnsureDirectory(root, "/file")).Errno);
    }

    [Fact]
    public void A_circle_of_links_ends()
    {
        File.CreateSymbolicLink(_folder + "/root/one", "two");
        File.CreateSymbolicLink(_folder + "/root/two", "one");
        using SafeFileHandle root = Files.Open(_folder + "/root", OpenFlags.O_PATH | OpenFlags.O_DIRECTORY);
        Assert.Equal(Errno.ELOOP, Assert.Throws<LinuxException>(() => MountPoints.EnsureDirectory(root, "/one/x")).Errno);
    }
}
