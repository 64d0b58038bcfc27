using Brig.EndToEnd.Support;

namespace Brig.EndToEnd.Builds;

/// <summary>A state root with an image <c>base</c> of one static busybox, which makes builds quick.</summary>
public sealed class SmallBase : IDisposable
{
    private const string Script = """
        set -e
        cd "$0"
        mkdir -p bin etc tmp root var usr
        chmod 1777 tmp
        cp "$(command -v busybox)" bin/busybox
        for a in $(bin/busybox --list | grep -v '^busybox$'); do ln -s busybox "bin/$a"; done
        printf 'root:x:0:0:root:/root:/bin/sh\napp:x:100:200:app:/:/bin/sh\n' > etc/passwd
        printf 'root:x:0:\napp:x:200:\nstaff:x:50:\n' > etc/group
        tar --mtime=@0 --owner=0 --group=0 --sort=name -cf ../base.tar .
        """;

    public SmallBase()
    {
        Root = new EngineRoot();
        string folder = Path.Combine(Root.Path, "base");
        Directory.CreateDirectory(folder);
        using RunningCommand make = new("/bin/sh", ["-c", Script, folder]);
        Outcome outcome = make.Wait(60);
        Assert.True(outcome.ExitCode == 0, outcome.ToString());
        Root.Do("import", "-c", "CMD [\"sh\"]", Path.Combine(Root.Path, "base.tar"), "base");
    }

    public EngineRoot Root { get; }

    public void Dispose() => Root.Dispose();
}
