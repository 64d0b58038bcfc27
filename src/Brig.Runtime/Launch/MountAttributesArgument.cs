using System.Runtime.InteropServices;

namespace Brig.Runtime.Launch;

/// <summary>struct mount_attr (man 2 mount_setattr), 32 bytes.</summary>
[StructLayout(LayoutKind.Sequential)]
internal struct MountAttributesArgument
{
    internal ulong Set;
    internal ulong Clear;
    internal ulong Propagation;
    internal ulong UserNamespace;
}
