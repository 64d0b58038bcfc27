using System.Diagnostics;
using Brig.Images.Tests.Support;

namespace Brig.Images.Tests.Layers;

/// <summary>Layers unpacked by a user without rights on the machine, in a user namespace, and shown by the kernel's overlayfs there.</summary>
public sealed class UserNamespaceTests : IDisposable
{
    private const int FirstId = 100_000, Ids = 65_536;

    private readonly TemporaryFolder _folder = new();

    public UserNamespaceTests()
    {
        File.WriteAllBytes(Path.Combine(_folder.Path, "lower.tar"), Entry.Archive(
            Entry.Directory("d/"), Entry.File("d/gone", "x"), Entry.File("d/kept", "kept"), Entry.Directory("o/"), Entry.File("o/old", "x"), Entry.File("target", "linked"),
            Entry.Records("uid=1000", "gid=65534", "SCHILY.xattr.user.note=yes", "SCHILY.xattr.trusted.secret=no"), Entry.File("owned", "mine"), Entry.Raw("null", '3')));
        File.WriteAllBytes(Path.Combine(_folder.Path, "upper.tar"), Entry.Archive(
            Entry.File("d/.wh.gone", ""), Entry.File("o/.wh..wh..opq", ""), Entry.File("o/new", "new"), Entry.Link("o/again", "target"), Entry.File("d/top", "")));
        File.WriteAllBytes(Path.Combine(_folder.Path, "far.tar"), Entry.Archive(Entry.Records("uid=70000"), Entry.File("far", "x")));
        Shell.Run($"mkdir view; chmod 755 .; chown -R {FirstId}:{FirstId} .", _folder.Path);
    }

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("")]
    [InlineData("no-devices")]
    public void Layers_are_whole_and_overlayfs_shows_them(string mode)
    {
        string shown = InNamespace(Ids, $"""
            {Program} unpack {_folder.Path}/root '{mode}' lower.tar upper.tar > layers
            mount -t overlay -o ro,userxattr,lowerdir=$(tac layers | paste -sd:) none view
            cd view; find . -mindepth 1 -printf '%P %y %m %U:%G %n\n' | sort; cat o/again d/kept; getfattr -d owned; ls -l d
            """);
        Assert.StartsWith("""
            d d 755 0:0 1
            d/kept f 644 0:0 1
            d/top f 644 0:0 1
            o d 755 0:0 2
            o/again f 644 0:0 2
            o/new f 644 0:0 1
            owned f 644 1000:65534 1
            target f 644 0:0 2
            linkedkept# file: owned
            user.note="yes"
            """, shown, StringComparison.Ordinal);
    }

    [Fact]
    public void What_the_namespace_has_no_ID_for_is_one_line_and_with_one_ID_alone_all_is_the_users()
    {
        Assert.Contains("layer entry far: the user namespace has no 70000:0 (give the user more IDs in /etc/subuid and /etc/subgid)", InNamespace(Ids, $"{Program} unpack {_folder.Path}/root '' far.tar 2>&1 || true"), StringComparison.Ordinal);
        Assert.Equal("far 0:0\n", InNamespace(1, $"find $({Program} unpack {_folder.Path}/root2 '' far.tar) -mindepth 1 -printf '%P %U:%G\\n'"));
    }

    private static string Program => Environment.ProcessPath!;

    /// <summary>Runs a script as root of a namespace of so many IDs; gives its output.</summary>
    private string InNamespace(int ids, string script)
    {
        using Process keeper = Process.Start(new ProcessStartInfo("unshare", ["--user", "sh", "-c", "echo ready; read -r end"]) { RedirectStandardInput = true, RedirectStandardOutput = true })!;
        Assert.Equal("ready", keeper.StandardOutput.ReadLine());
        File.WriteAllText($"/proc/{keeper.Id}/uid_map", $"0 {FirstId} {ids}");
        File.WriteAllText($"/proc/{keeper.Id}/gid_map", $"0 {FirstId} {ids}");
        try
        {
            return Tool.Run("nsenter", $"--user=/proc/{keeper.Id}/ns/user", "--setuid", "0", "--setgid", "0", "unshare", "--mount", "bash", "-euc", $"cd {_folder.Path}; " + script);
        }
        finally
        {
            keeper.StandardInput.Close();
            keeper.WaitForExit();
        }
    }
}
