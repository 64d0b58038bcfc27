using Brig.Linux;
using Microsoft.Win32.SafeHandles;

namespace Brig.Builds.StepMounts;

/// <summary>A secret that a build is given: a file or a variable of the environment.</summary>
public sealed record SecretSource(string Id, string? File, string? Variable)
{
    private const int Limit = 500 << 10;

    /// <summary>The value; null where the variable is not set.</summary>
    internal byte[]? Read()
    {
        if (Variable is not null)
        {
            return Environment.GetEnvironmentVariable(Variable) is { } value ? System.Text.Encoding.UTF8.GetBytes(value) : null;
        }

        using SafeFileHandle file = Files.TryOpenAt(null, File!, OpenFlags.O_RDONLY, 0, out Errno errno)
            ?? throw BrigException.NotFound($"secret {Oci.Text.Quote(Id)}: open {Oci.Text.Quote(File!)}: {LinuxException.Reason(errno)}");
        try
        {
            return Files.ReadAll(file, Limit);
        }
        catch (LinuxException error) when (error.Errno == Errno.EFBIG)
        {
            throw BrigException.Invalid($"secret {Oci.Text.Quote(Id)}: larger than {Limit >> 10} KiB");
        }
    }
}
