using Brig.Linux;
using Brig.Oci.Runtime;

namespace Brig.Runtime.Launch;

/// <summary>The last steps: a name without a slash is looked for along the PATH of the process's own environment, as execvp(3) does.</summary>
internal static class ExecutableSearch
{
    internal static void Add(List<LaunchStep> steps, ProcessSpec process)
    {
        if (process.Args is not { Count: > 0 } args)
        {
            throw BrigException.Invalid("process.args: no command specified");
        }

        LaunchArgument argv = LaunchArgument.Strings(args);
        LaunchArgument environment = LaunchArgument.Strings(process.Env ?? []);
        string name = args[0];
        if (name.Contains('/', StringComparison.Ordinal))
        {
            steps.Add(new("exec", name, SyscallNumber.Execve, [name, argv, environment]));
            return;
        }

        const int X_OK = 1;
        string path = process.Env?.LastOrDefault(entry => entry.StartsWith("PATH=", StringComparison.Ordinal))?[5..] ?? "";
        foreach (string folder in path.Split(':'))
        {
            if (name.Length == 0 || !folder.StartsWith('/'))
            {
                continue; // an empty or relative entry means the working directory, which nobody wants searched
            }

            string file = folder.TrimEnd('/') + "/" + name;
            steps.Add(new("exec", name, SyscallNumber.Faccessat, [Libc.AT_FDCWD, file, X_OK])
            {
                Tolerated = [Errno.ENOENT, Errno.ENOTDIR, Errno.EACCES, Errno.ELOOP],
                Otherwise = 1,
                Remember = true,
            });

            // EACCES: a directory of that name, or a file system mounted noexec.
            steps.Add(new("exec", name, SyscallNumber.Execve, [file, argv, environment]) { Tolerated = [Errno.EACCES], Remember = true });
        }

        // Nothing was found: this answers ENOENT, or what was remembered.
        steps.Add(new("exec", name, SyscallNumber.Faccessat, [Libc.AT_FDCWD, "", X_OK]));
    }
}
