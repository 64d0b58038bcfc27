using System.Text.Json.Nodes;

namespace Brig.Runtime.Conformance.Support;

/// <summary>A bundle of a case's own: busybox as root file system, and a configuration to change before the runtime reads it.</summary>
public sealed class Bundle : IDisposable
{
    private static readonly string[] s_applets =
    [
        "sh", "awk", "cat", "chmod", "chown", "cut", "date", "dd", "dirname", "du", "env", "find", "grep", "head", "hexdump", "hostname", "id", "ifconfig", "ionice",
        "ip", "kill", "killall", "ln", "ls", "mkdir", "mkfifo", "mknod", "mount", "mv", "nc", "nice", "nproc", "od", "ps", "pwd", "readlink", "realpath", "renice", "rm",
        "rmdir", "sed", "seq", "setpriv", "setsid", "sleep", "sort", "stat", "stty", "sysctl", "tail", "taskset", "tee", "test", "timeout", "touch", "tr", "tty",
        "true", "false", "umount", "uname", "unshare", "nsenter", "usleep", "wc", "xargs", "base64", "chroot", "cp", "nohup", "free", "tar", "truncate", "cmp", "printf", "adduser",
    ];

    public Bundle(string name)
    {
        Folder = Path.Combine(Host.Folder, name);
        foreach (string folder in new[] { "bin", "proc", "sys", "dev", "tmp", "etc", "mnt", "root", "usr" })
        {
            Directory.CreateDirectory(Path.Combine(Rootfs, folder));
        }

        // A copy: what a case does to its programs must not reach the others, or the machine.
        File.Copy("/bin/busybox", Path.Combine(Rootfs, "bin/busybox"));
        foreach (string applet in s_applets)
        {
            File.CreateSymbolicLink(Path.Combine(Rootfs, "bin", applet), "busybox");
        }

        Config = DefaultConfiguration.Make();
        Set("linux.cgroupsPath", $"\"{CgroupDriver.PathOf(name)}\"");
    }

    public string Folder { get; }

    public string Rootfs => Path.Combine(Folder, "rootfs");

    public JsonObject Config { get; private set; }

    /// <summary>Sets a field: <c>Set("process.user", """{"uid": 1}""")</c>.</summary>
    public void Set(string path, string json)
    {
        (JsonObject owner, string name) = Find(path);
        owner[name] = JsonNode.Parse(json);
    }

    public void Add(string path, string json)
    {
        (JsonObject owner, string name) = Find(path);
        if (owner[name] is not JsonArray list)
        {
            owner[name] = list = [];
        }

        list.Add(JsonNode.Parse(json));
    }

    public void Remove(string path)
    {
        (JsonObject owner, string name) = Find(path);
        owner.Remove(name);
    }

    /// <summary>Writes a file below the bundle; returns its path.</summary>
    public string Write(string name, string text, bool executable = false)
    {
        string path = Path.Combine(Folder, name);
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        File.WriteAllText(path, text);
        if (executable)
        {
            File.SetUnixFileMode(path, (UnixFileMode)0b111_101_101);
        }

        return path;
    }

    public string Read(string name) => File.Exists(Path.Combine(Folder, name)) ? File.ReadAllText(Path.Combine(Folder, name)) : "";

    public void Save() => File.WriteAllText(Path.Combine(Folder, "config.json"), Config.ToJsonString());

    public void Dispose() => Directory.Delete(Folder, recursive: true);

    private (JsonObject Owner, string Name) Find(string path)
    {
        string[] names = path.Split('.');
        JsonObject owner = Config;
        foreach (string name in names[..^1])
        {
            if (owner[name] is not JsonObject inner)
            {
                owner[name] = inner = [];
            }

            owner = inner;
        }

        return (owner, names[^1]);
    }
}
