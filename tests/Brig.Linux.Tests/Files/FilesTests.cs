using Microsoft.Win32.SafeHandles;

namespace Brig.Linux.Tests;

public sealed class FilesTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("brig-linux-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public void A_failure_names_operation_path_and_reason()
    {
        LinuxException error = Assert.Throws<LinuxException>(() => Files.Open(_folder + "/none", OpenFlags.O_RDONLY));
        Assert.Equal($"open {_folder}/none: no such file or directory", error.Message);
        Assert.Equal(Errno.ENOENT, error.Errno);
    }

    [Fact]
    public void A_link_inside_a_root_cannot_lead_out_of_it()
    {
        Directory.CreateDirectory(_folder + "/root/etc");
        File.WriteAllText(_folder + "/root/etc/secret", "inside");
        File.WriteAllText(_folder + "/secret", "outside");
        File.CreateSymbolicLink(_folder + "/root/up", "../../secret");
        File.CreateSymbolicLink(_folder + "/root/absolute", "/etc/secret");
        using SafeFileHandle root = Files.Open(_folder + "/root", OpenFlags.O_PATH | OpenFlags.O_DIRECTORY);
        using SafeFileHandle inside = Files.OpenInRoot(root, "/absolute", OpenFlags.O_RDONLY);
        Assert.Equal("inside"u8.ToArray(), Files.ReadAll(inside));
        Assert.Equal(Errno.ENOENT, Assert.Throws<LinuxException>(() => Files.OpenInRoot(root, "/up", OpenFlags.O_RDONLY)).Errno);
    }

    [Fact]
    public void A_tree_is_removed_without_following_links()
    {
        Directory.CreateDirectory(_folder + "/tree/a/b");
        File.WriteAllText(_folder + "/kept", "");
        File.CreateSymbolicLink(_folder + "/tree/a/link", _folder + "/kept");
        File.CreateSymbolicLink(_folder + "/tree/up", "..");
        Trees.Remove(null, _folder + "/tree");
        Assert.False(Directory.Exists(_folder + "/tree"));
        Assert.True(File.Exists(_folder + "/kept"));
        Trees.Remove(null, _folder + "/tree");
    }

    [Fact]
    public void A_copy_keeps_owners_modes_times_and_links()
    {
        Directory.CreateDirectory(_folder + "/from/d");
        File.WriteAllText(_folder + "/from/d/f", "text");
        File.CreateSymbolicLink(_folder + "/from/l", "d/f");
        using (SafeFileHandle file = Files.Open(_folder + "/from/d/f", OpenFlags.O_RDONLY))
        {
            Files.ChangeOwner(file, 123, 456);
            Files.ChangeMode(file, Convert.ToUInt32("4751", 8));
        }

        File.SetLastWriteTimeUtc(_folder + "/from/d/f", new DateTime(2001, 2, 3, 4, 5, 6, 7, DateTimeKind.Utc));
        Directory.CreateDirectory(_folder + "/to");
        using SafeFileHandle source = Files.Open(_folder + "/from", OpenFlags.O_RDONLY | OpenFlags.O_DIRECTORY);
        using SafeFileHandle destination = Files.Open(_folder + "/to", OpenFlags.O_RDONLY | OpenFlags.O_DIRECTORY);
        Trees.Copy(source, destination);
        FileStatus before = Files.TryStat(null, _folder + "/from/d/f")!.Value, after = Files.TryStat(null, _folder + "/to/d/f")!.Value;
        Assert.Equal((before.Mode, 123u, 456u, before.ModifiedNanoseconds), (after.Mode, after.Uid, after.Gid, after.ModifiedNanoseconds));
        Assert.Equal("d/f", Files.ReadLink(destination, "l"));
    }

    [Fact]
    public void A_lock_lives_as_long_as_its_descriptor()
    {
        SafeFileHandle one = Files.Open(_folder + "/lock", OpenFlags.O_RDWR | OpenFlags.O_CREAT, 0x180);
        using SafeFileHandle other = Files.Open(_folder + "/lock", OpenFlags.O_RDWR);
        Assert.True(Files.TryLock(one));
        Assert.False(Files.TryLock(other));
        one.Dispose();
        Assert.True(Files.TryLock(other));
    }

    [Fact]
    public void Replacing_a_file_leaves_nothing_beside_it()
    {
        Files.Replace(_folder + "/f", "one"u8);
        Files.Replace(_folder + "/f", "two"u8);
        Assert.Equal("two", File.ReadAllText(_folder + "/f"));
        Assert.Equal([_folder + "/f"], Directory.GetFiles(_folder));
    }
}
