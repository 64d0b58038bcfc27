using Brig.Linux;
using Brig.Oci.Runtime;

namespace Brig.Runtime.Launch;

/// <summary>The last steps: a name without a slash is looked for along the PATH of the process's own environment, as execvp(3) does.</summary>
internal static class ExecutableSearch
{
    private const int X_OK = 1;

    /// <summary>Looks whether there is something to run, before anyone is told that the container is made.</summary>
    internal static void AddCheck(List<LaunchStep> steps, ProcessSpec process, string? program)
    {
        string name = program ?? Name(process);
        string[] files = Candidates(name, process);
        if (name.Contains('/', StringComparison.Ordinal))
        {
            steps.Add(new("exec", name, SyscallNumber.Faccessat, [Libc.AT_FDCWD, name, X_OK]));
            return;
        }

        for (int i = 0; i < files.Length; i++)
        {
            steps.Add(new("exec", name, SyscallNumber.Faccessat, [Libc.AT_FDCWD, files[i], X_OK])
            {
                Tolerated = [Errno.ENOENT, Errno.ENOTDIR, Errno.EACCES, Errno.ELOOP],
                Remember = true,
                Then = files.Length - i,
            });
        }

        // Nothing was found: this answers ENOENT, or what was remembered.
        steps.Add(new("exec", name, SyscallNumber.Faccessat, [Libc.AT_FDCWD, "", X_OK]));
    }

    /// <summary>Only execve(2): a strict filter is loaded by now.</summary>
    internal static void Add(List<LaunchStep> steps, ProcessSpec process, string? program)
    {
        LaunchArgument argv = LaunchArgument.Strings(process.Args!);
        LaunchArgument environment = LaunchArgument.Strings(process.Env ?? []);
        string name = program ?? Name(process);
        if (name.Contains('/', StringComparison.Ordinal))
        {
            steps.Add(new("exec", name, SyscallNumber.Execve, [name, argv, environment]));
            return;
        }

        foreach (string file in Candidates(name, process))
        {
            // EACCES: a directory of that name, or a file system mounted noexec.
            steps.Add(new("exec", name, SyscallNumber.Execve, [file, argv, environment]) { Tolerated = [Errno.ENOENT, Errno.ENOTDIR, Errno.EACCES, Errno.ELOOP], Remember = true });
        }

        steps.Add(new("exec", name, SyscallNumber.Execve, ["", argv, environment]));
    }

    private static string Name(ProcessSpec process) =>
        process.Args is [var name, ..] ? name : throw BrigException.Invalid("process.args: no command specified");

    private static string[] Candidates(string name, ProcessSpec process)
    {
        string path = process.Env?.LastOrDefault(entry => entry.StartsWith("PATH=", StringComparison.Ordinal))?[5..] ?? "";

        // An empty or relative entry means the working directory, which nobody wants searched.
        return name.Length == 0 ? [] : [.. path.Split(':').Where(folder => folder.StartsWith('/')).Select(folder => folder.TrimEnd('/') + "/" + name)];
    }
}
