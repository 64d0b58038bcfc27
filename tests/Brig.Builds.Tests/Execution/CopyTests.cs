using Brig.Builds.Context;
using Brig.Builds.Execution;
using Brig.Builds.Sources;
using Brig.Linux;
using Brig.State;
using Microsoft.Win32.SafeHandles;

namespace Brig.Builds.Tests.Execution;

/// <summary>COPY onto a real overlay over a base tree.</summary>
public sealed class CopyTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly StateRoot _root;

    public CopyTests()
    {
        _root = new StateRoot(_folder["state"], _folder["run"]);
        _root.Create();
        Directory.CreateDirectory(_folder["c"]);
        Directory.CreateDirectory(_folder["base/etc"]);
        Directory.CreateDirectory(_folder["base/app"]);
        _folder.Write("base/etc/passwd", "root:x:0:0::/:/bin/sh\napp:x:100:200::/:/bin/sh\n");
        _folder.Write("base/etc/group", "web:x:33:\n");
    }

    public void Dispose() => _folder.Dispose();

    /// <summary>Copies and gives "path type mode uid:gid text-or-target" of everything in the upper directory.</summary>
    private string[] Copy(string destination, string[] sources, string? chown = null, string? chmod = null)
    {
        using BuildContext context = ContextFiles.Open(_folder["c"], _folder["c/Dockerfile"]);
        using StagedLayer staged = StagedLayer.Make(_root, [_folder["base"]]);
        using (SafeFileHandle mount = staged.Mount())
        {
            Rootfs rootfs = new(mount);
            Ownership owner = chown is null ? Ownership.Root : new AccountNames(rootfs).Resolve(chown);
            using SourceTree tree = new(context, Owners.Root);
            TreeCopier copier = new(tree, rootfs, owner, chmod is null ? null : ModeChange.Parse(chmod), long.MaxValue, CancellationToken.None);
            foreach (string source in sources)
            {
                foreach (ContextSource found in context.Find(source, IgnoreRules.None))
                {
                    copier.Copy(found, destination);
                }
            }

            Assert.False(copier.SawChange);
        }

        return [.. Directory.EnumerateFileSystemEntries(staged.Upper, "*", SearchOption.AllDirectories).Order(StringComparer.Ordinal).Select(path => Describe(staged.Upper, path))];
    }

    private static string Describe(string root, string path)
    {
        FileStatus status = Files.TryStat(null, path)!.Value;
        string what = status.Type switch
        {
            FileType.Directory => "d",
            FileType.SymbolicLink => "l " + Files.ReadLink(null, path),
            FileType.Regular => "f " + File.ReadAllText(path),
            var other => other.ToString(),
        };
        return $"{path[root.Length..]} {Convert.ToString(status.Permissions, 8)} {status.Uid}:{status.Gid} {what}";
    }

    [Theory]
    [InlineData("/app", "/app 755 0:0 d|/app/f 644 0:0 f 1")]
    [InlineData("/app/", "/app 755 0:0 d|/app/f 644 0:0 f 1")]
    [InlineData("/app/g", "/app 755 0:0 d|/app/g 644 0:0 f 1")]
    [InlineData("/new/", "/new 755 0:0 d|/new/f 644 0:0 f 1")]
    [InlineData("/new", "/new 644 0:0 f 1")]
    [InlineData("/x/y/z", "/x 755 0:0 d|/x/y 755 0:0 d|/x/y/z 644 0:0 f 1")]
    [InlineData("/etc/passwd", "/etc 755 0:0 d|/etc/passwd 644 0:0 f 1")]
    public void A_file(string destination, string expected)
    {
        _folder.Write("c/f", "1");
        Assert.Equal(expected.Split('|'), Copy(destination, ["f"]));
    }

    [Theory]
    [InlineData("/app", "/app")]
    [InlineData("/app/", "/app")]
    [InlineData("/new", "/new")]
    public void A_directory_gives_its_contents(string destination, string folder)
    {
        _folder.Write("c/d/f", "1", (UnixFileMode)0x1ED);
        _folder.Write("c/d/sub/g", "2");
        _folder.Link("c/d/l", "/etc/shadow");
        File.SetUnixFileMode(_folder["c/d"], (UnixFileMode)0x1C0);
        File.SetUnixFileMode(_folder["c/d/sub"], (UnixFileMode)0x1C0);
        Assert.Equal(
            [$"{folder} 755 0:0 d", $"{folder}/f 755 0:0 f 1", $"{folder}/l 777 0:0 l /etc/shadow", $"{folder}/sub 700 0:0 d", $"{folder}/sub/g 644 0:0 f 2"],
            Copy(destination, ["d"]));
    }

    [Fact]
    public void Owner_and_mode_are_those_asked_for()
    {
        _folder.Write("c/d/f", "1");
        Assert.Equal(["/n 755 100:200 d", "/n/f 644 100:200 f 1"], Copy("/n/", ["d/f"], chown: "app"));
        Assert.Equal(["/n 755 100:33 d", "/n/f 644 100:33 f 1"], Copy("/n/", ["d/f"], chown: "app:web"));
        Assert.Equal(["/n 755 7:7 d", "/n/f 644 7:7 f 1"], Copy("/n/", ["d/f"], chown: "7"));
        Assert.Equal(["/n 640 7:8 f 1"], Copy("/n", ["d/f"], chown: "7:8", chmod: "640"));
        Assert.Equal(["/n 4711 7:8 f 1"], Copy("/n", ["d/f"], chown: "7:8", chmod: "4711"));
        Assert.Equal(["/app 755 0:0 d", "/app/f 755 0:0 f 1"], Copy("/app/", ["d/f"], chmod: "a+x"));
        Assert.Equal("unable to find user nobody: no matching entries in passwd file", Assert.Throws<BrigException>(() => Copy("/n", ["d/f"], chown: "nobody")).Message);
        Assert.Throws<BrigException>(() => Copy("/n", ["d/f"], chmod: "99"));
    }

    [Fact]
    public void Kinds_that_do_not_fit_are_refused()
    {
        _folder.Write("c/f", "1");
        _folder.Write("c/d/passwd/x", "1");
        _folder.Write("c/e/app", "1");
        Assert.Equal("cannot copy to non-directory: /etc/passwd", Assert.Throws<BrigException>(() => Copy("/etc/passwd", ["d"])).Message);
        Assert.Equal("cannot copy to non-directory: /etc/passwd", Assert.Throws<BrigException>(() => Copy("/etc/", ["d"])).Message);
        Assert.Equal("cannot replace to directory /app with file", Assert.Throws<BrigException>(() => Copy("/", ["e"])).Message);
        Assert.Throws<BrigException>(() => Copy("/etc/passwd/x", ["f"]));
    }

    [Fact]
    public void Times_and_hard_links_are_kept()
    {
        _folder.Write("c/d/f", "1");
        _folder.Write("c/d/sub/g", "1");
        using (SafeFileHandle file = Files.Open(_folder["c/d/f"], OpenFlags.O_PATH))
        {
            Inodes.Link(file, null, _folder["c/d/sub/h"]);
        }

        File.SetLastWriteTimeUtc(_folder["c/d/f"], new DateTime(2001, 2, 3));
        Directory.SetLastWriteTimeUtc(_folder["c/d/sub"], new DateTime(2002, 2, 3));
        using BuildContext context = ContextFiles.Open(_folder["c"], "x");
        using StagedLayer staged = StagedLayer.Make(_root, [_folder["base"]]);
        using (SafeFileHandle mount = staged.Mount())
        {
            new TreeCopier(new SourceTree(context, Owners.Root), new Rootfs(mount), Ownership.Root, null, long.MaxValue, CancellationToken.None).Copy(context.Find("d", IgnoreRules.None)[0], "/n");
        }

        Assert.Equal(new DateTime(2001, 2, 3), File.GetLastWriteTimeUtc(Path.Combine(staged.Upper, "n/f")));
        Assert.Equal(new DateTime(2002, 2, 3), Directory.GetLastWriteTimeUtc(Path.Combine(staged.Upper, "n/sub")));
        Assert.Equal(Files.TryStat(null, Path.Combine(staged.Upper, "n/f"))!.Value.Inode, Files.TryStat(null, Path.Combine(staged.Upper, "n/sub/h"))!.Value.Inode);
    }

    [Fact]
    public void Destination_links_lead_inside_the_root_file_system()
    {
        _folder.Write("c/f", "1");
        Directory.CreateDirectory(_folder["base/real"]);
        _folder.Link("base/root", "/");
        _folder.Link("base/up", "../../../../../..");
        _folder.Link("base/dir", "/real");
        _folder.Link("base/dangling", "/made/here");
        _folder.Link("base/out", _folder["outside"]);
        _folder.Link("base/file", "/real/target");
        _folder.Link("base/loop", "loop");
        Assert.Equal(["/f 644 0:0 f 1"], Copy("/root/", ["f"]));
        Assert.Equal(["/f 644 0:0 f 1"], Copy("/up/", ["f"]));
        Assert.Equal(["/real 755 0:0 d", "/real/f 644 0:0 f 1"], Copy("/dir", ["f"]));
        Assert.Equal(["/real 755 0:0 d", "/real/target 644 0:0 f 1"], Copy("/file", ["f"]));
        Assert.Equal(["/made 755 0:0 d", "/made/here 755 0:0 d", "/made/here/f 644 0:0 f 1"], Copy("/dangling/", ["f"]));
        Assert.Contains($"{_folder["outside"]}/f 644 0:0 f 1", Copy("/out/", ["f"]));
        Assert.False(Path.Exists(_folder["outside"]));
        Assert.Throws<LinuxException>(() => Copy("/loop", ["f"]));
        Assert.Throws<LinuxException>(() => Copy("/loop/x", ["f"]));
    }

    [Fact]
    public void A_link_in_the_way_of_a_tree_is_replaced_and_not_written_through()
    {
        _folder.Write("c/d/shadow", "new");
        _folder.Link("base/app/shadow", "/etc/passwd");
        Assert.Equal(["/app 755 0:0 d", "/app/shadow 644 0:0 f new"], Copy("/app", ["d"]));
    }

    [Fact]
    public void Special_files_are_made_and_sockets_left_out()
    {
        Directory.CreateDirectory(_folder["c/d"]);
        Inodes.MakeNode(null, _folder["c/d/pipe"], (uint)FileType.Fifo | 0x180, 0, 0);
        using System.Net.Sockets.Socket socket = new(System.Net.Sockets.AddressFamily.Unix, System.Net.Sockets.SocketType.Stream, System.Net.Sockets.ProtocolType.Unspecified);
        socket.Bind(new System.Net.Sockets.UnixDomainSocketEndPoint(_folder["c/d/socket"]));
        Assert.Equal(["/n 755 0:0 d", "/n/pipe 600 0:0 Fifo"], Copy("/n", ["d"]));
    }

    [Fact]
    public void Nothing_stays_in_staging()
    {
        _folder.Write("c/f", "1");
        Copy("/n", ["f"]);
        Assert.Throws<BrigException>(() => Copy("/etc/passwd/", ["f"]));
        Assert.Empty(Directory.EnumerateFileSystemEntries(_root.Staging));
    }

    [Theory]
    [InlineData("755", 0x1A4u, false, "755")]
    [InlineData("07777", 0u, false, "7777")]
    [InlineData("u=rwX,go=rX", 0x180u, true, "755")]
    [InlineData("u=rwX,go=rX", 0x180u, false, "644")]
    [InlineData("u=rwX,go=rX", 0x1C0u, false, "755")]
    [InlineData("+x", 0x1A4u, false, "755")]
    [InlineData("go-rwx", 0x1FFu, false, "700")]
    [InlineData("u+s,g=u", 0x1C0u, false, "4770")]
    [InlineData("a=r,+t", 0x1FFu, true, "1444")]
    public void Modes_change_as_asked(string change, uint mode, bool isDirectory, string expected) =>
        Assert.Equal(expected, Convert.ToString(ModeChange.Parse(change).Apply(mode, isDirectory), 8));
}
