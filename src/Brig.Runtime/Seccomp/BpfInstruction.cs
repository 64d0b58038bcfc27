using System.Runtime.InteropServices;

namespace Brig.Runtime.Seccomp;

/// <summary>One instruction of classic BPF (struct sock_filter, linux/filter.h).</summary>
[StructLayout(LayoutKind.Sequential)]
internal readonly record struct BpfInstruction(ushort Code, byte True, byte False, uint K)
{
    internal const ushort LoadWord = 0x20;      // BPF_LD | BPF_W | BPF_ABS
    internal const ushort Jump = 0x05;          // BPF_JMP | BPF_JA
    internal const ushort JumpEqual = 0x15;     // BPF_JMP | BPF_JEQ | BPF_K
    internal const ushort JumpGreater = 0x25;   // BPF_JMP | BPF_JGT | BPF_K
    internal const ushort JumpAtLeast = 0x35;   // BPF_JMP | BPF_JGE | BPF_K
    internal const ushort And = 0x54;           // BPF_ALU | BPF_AND | BPF_K
    internal const ushort Return = 0x06;        // BPF_RET | BPF_K
}
