using System.Diagnostics;

namespace Brig.Builds.Tests.Execution;

/// <summary>A root file system of a shell and a few programs of this machine.</summary>
internal static class SmallSystem
{
    private const string Script = """
        set -e
        cd "$1"
        mkdir -p usr/bin usr/lib usr/lib64 etc tmp root
        chmod 1777 tmp
        ln -s usr/bin bin; ln -s usr/lib lib; ln -s usr/lib64 lib64
        for p in /bin/sh /bin/cat /bin/ls /bin/mkdir /bin/touch /bin/sleep /bin/rm /bin/chmod /usr/bin/env /usr/bin/id; do
            cp -L "$p" usr/bin/
            ldd "$p" | grep -o '/[^ ]*' | while read -r lib; do
                [ -e ".$lib" ] || { mkdir -p ".$(dirname "$lib")"; cp -L "$lib" ".$lib"; }
            done
        done
        printf 'root:x:0:0::/root:/bin/sh\napp:x:100:200::/:/bin/sh\n' > etc/passwd
        printf 'root:x:0:\napp:x:200:\n' > etc/group
        """;

    internal static void Make(string folder)
    {
        Directory.CreateDirectory(folder);
        using Process process = Process.Start(new ProcessStartInfo("sh") { ArgumentList = { "-c", Script, "sh", folder } })!;
        process.WaitForExit();
        Assert.Equal(0, process.ExitCode);
    }
}
