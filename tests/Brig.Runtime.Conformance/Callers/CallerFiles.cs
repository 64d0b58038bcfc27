using Brig.Runtime.Conformance.Support;

namespace Brig.Runtime.Conformance.Callers;

/// <summary>What an engine that calls a runtime needs: a file to execute for each runtime, and an image of busybox as a tar.</summary>
public sealed class CallerFiles : IDisposable
{
    public CallerFiles(string name)
    {
        // podman takes no path of more than 50 characters for its run root.
        Folder = Directory.CreateDirectory(Path.Combine(Host.Folder, name)).FullName;
        Directory.CreateDirectory(Path.Combine(Folder, "image/bin"));
        Directory.CreateDirectory(Path.Combine(Folder, "image/etc"));
        File.Copy("/bin/busybox", Path.Combine(Folder, "image/bin/busybox"));
        foreach (string applet in new[] { "sh", "cat", "echo", "id", "sleep", "true", "ps", "tty", "ls", "grep", "cut" })
        {
            File.CreateSymbolicLink(Path.Combine(Folder, "image/bin", applet), "busybox");
        }

        File.WriteAllText(Path.Combine(Folder, "image/etc/passwd"), "root:x:0:0::/:/bin/sh\nsomeone:x:1234:4321::/:/bin/sh\n");
        File.WriteAllText(Path.Combine(Folder, "image/etc/group"), "root:x:0:\nfriends:x:77:someone\n");
        Host.Shell($"tar -C {Folder}/image -cf {Folder}/image.tar .");
        foreach (OciRuntime runtime in OciRuntime.All.Values)
        {
            string file = Wrapper(runtime.Name);
            File.WriteAllText(file, $"#!/bin/sh\nexec {string.Join(' ', runtime.Command.Select(word => $"'{word}'"))} \"$@\"\n");
            File.SetUnixFileMode(file, (UnixFileMode)0b111_101_101);
        }
    }

    public string Folder { get; }

    public string Image => Path.Combine(Folder, "image.tar");

    public string Wrapper(string runtime) => Path.Combine(Folder, "runtime-" + runtime);

    public void Dispose() => Host.Shell($"rm -rf {Folder}");
}
