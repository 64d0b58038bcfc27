using System.Text.Json;
using Brig.Linux;
using Brig.Oci.Runtime;
using Microsoft.Win32.SafeHandles;

namespace Brig.Runtime.Verbs;

/// <summary>Gives a container's seccomp descriptor to the agent that answers for it (runtime-spec config-linux.md#containerprocessstate).</summary>
internal static class SeccompAgent
{
    internal static void Tell(RuntimeSpec spec, StateSpec state, int pid, SafeFileHandle listener)
    {
        ContainerProcessStateSpec told = new()
        {
            OciVersion = spec.OciVersion,
            Fds = ["seccompFd"],
            Pid = pid,
            Metadata = spec.Linux?.Seccomp?.ListenerMetadata,
            State = state,
        };
        UnixSockets.SendDescriptor(spec.Linux!.Seccomp!.ListenerPath!, listener, JsonSerializer.SerializeToUtf8Bytes(told, RuntimeJson.Default.ContainerProcessStateSpec));
    }
}
