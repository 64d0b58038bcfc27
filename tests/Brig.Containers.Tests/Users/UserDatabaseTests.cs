using Brig.Containers.Users;
using Brig.Linux;
using Microsoft.Win32.SafeHandles;

namespace Brig.Containers.Tests.Users;

public sealed class UserDatabaseTests : IDisposable
{
    private readonly string _root = Directory.CreateTempSubdirectory("brig-users-").FullName;

    public UserDatabaseTests()
    {
        Directory.CreateDirectory(_root + "/etc");
        File.WriteAllText(_root + "/etc/passwd", "root:x:0:0:root:/root:/bin/sh\nrubbish\nweb:x:33:44:web:/srv:/bin/false\n");
        File.WriteAllText(_root + "/etc/group", "root:x:0:\nextra:x:55:other,web\nweb:x:44:\n");
    }

    public void Dispose() => Directory.Delete(_root, recursive: true);

    [Theory]
    [InlineData("", 0, 0, "", "/root")]
    [InlineData("web", 33, 44, "55", "/srv")]
    [InlineData("33", 33, 44, "55", "/srv")]
    [InlineData("web:root", 33, 0, "", "/srv")]
    [InlineData("web:7", 33, 7, "", "/srv")]
    [InlineData("1234", 1234, 0, "", "/")]
    [InlineData("1234:extra", 1234, 55, "", "/")]
    public void Users_are_resolved_in_the_container(string text, int uid, int gid, string groups, string home)
    {
        ContainerUser user = Resolve(text);
        Assert.Equal(((uint)uid, (uint)gid, groups, home), (user.Uid, user.Gid, string.Join(',', user.Groups), user.Home));
    }

    [Theory]
    [InlineData("nobody")]
    [InlineData("web:nogroup")]
    [InlineData("4294967295")]
    public void Who_is_not_there_is_refused(string text) => Assert.Throws<BrigException>(() => Resolve(text));

    [Fact]
    public void A_link_out_of_the_root_and_a_pipe_are_not_read()
    {
        File.Delete(_root + "/etc/passwd");
        File.CreateSymbolicLink(_root + "/etc/passwd", "/../../etc/passwd");
        Assert.Throws<BrigException>(() => Resolve("daemon"));
        File.Delete(_root + "/etc/passwd");
        Files.MakeNode(null, _root + "/etc/passwd", FileType.Fifo, 0x1A4, 0, 0);
        Assert.Throws<BrigException>(() => Resolve("daemon"));
    }

    private ContainerUser Resolve(string text)
    {
        using SafeFileHandle root = Files.Open(_root, OpenFlags.O_PATH | OpenFlags.O_DIRECTORY);
        return new UserDatabase(root).Resolve(text, []);
    }
}
