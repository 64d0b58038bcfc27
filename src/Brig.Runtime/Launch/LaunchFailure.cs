using Brig.Linux;

namespace Brig.Runtime.Launch;

/// <summary>What a failed step means to a person. Callers match the texts about the executable: they decide between exit codes 126 and 127.</summary>
internal static class LaunchFailure
{
    internal static BrigException Explain(LaunchStep step, Errno errno)
    {
        LinuxException cause = new(step.Operation, step.Subject, errno);
        if (step.Operation == "exec")
        {
            string name = step.Subject!;
            bool searched = !name.Contains('/', StringComparison.Ordinal);
            return errno switch
            {
                Errno.ENOENT when searched => BrigException.Invalid($"exec: \"{name}\": executable file not found in $PATH", cause),
                Errno.ENOENT or Errno.ENOTDIR or Errno.ELOOP => BrigException.Invalid($"exec: \"{name}\": stat {name}: {LinuxException.Reason(errno)}", cause),
                Errno.EACCES or Errno.EPERM => BrigException.Invalid($"exec: \"{name}\": permission denied", cause),
                _ => BrigException.Invalid($"exec: \"{name}\": {LinuxException.Reason(errno)}", cause),
            };
        }

        string advice = (step.Operation, step.Subject, errno) switch
        {
            ("mount", "/proc", Errno.EPERM) => " (an outer container masks /proc: run that one with --security-opt systempaths=unconfined)",
            ("chdir", _, Errno.EACCES) => " (the container's user may not enter its working directory)",
            _ => "",
        };
        return new BrigException(errno is Errno.EPERM or Errno.EACCES ? ErrorKind.PermissionDenied : ErrorKind.Internal, cause.Message + advice, cause);
    }
}
