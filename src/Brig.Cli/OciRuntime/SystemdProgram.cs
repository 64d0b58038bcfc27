using Brig.Linux;
using Brig.Runtime.Resources;

namespace Brig.Cli.OciRuntime;

/// <summary>The program <c>brig oci-systemd</c>: says one thing to systemd for a runtime that must not have threads. What goes wrong is one line on standard error.</summary>
internal static class SystemdProgram
{
    internal static int Run(string[] arguments)
    {
        try
        {
            switch (arguments)
            {
                case ["start", var name, var slice, var pid, var description, .. var limits]:
                    SystemdUnits.StartScopeAsync(name, slice, uint.Parse(pid), description, limits).GetAwaiter().GetResult();
                    return 0;
                case ["set", var name, .. var limits]:
                    SystemdUnits.SetAsync(name, limits).GetAwaiter().GetResult();
                    return 0;
                case ["stop", var name]:
                    SystemdUnits.StopAsync(name).GetAwaiter().GetResult();
                    return 0;
                default:
                    return 2;
            }
        }
        catch (Exception error) when (error is not OutOfMemoryException)
        {
            using StreamWriter output = Text.DescriptorStream.Writer(2);
            output.Write(error.Message.Split('\n')[0]);
            return 1;
        }
    }
}
