using System.Runtime.InteropServices;

namespace Brig.Linux;

/// <summary>Numbers of the system calls made by number. From 424 on they are the same on every architecture; below, x86-64 and the generic table (arm64, riscv64) differ.</summary>
internal static class SyscallNumber
{
    internal const int PidfdSendSignal = 424;
    internal const int OpenTree = 428;
    internal const int MoveMount = 429;
    internal const int Fsopen = 430;
    internal const int Fsconfig = 431;
    internal const int Fsmount = 432;
    internal const int PidfdOpen = 434;
    internal const int Clone3 = 435;
    internal const int CloseRange = 436;
    internal const int Openat2 = 437;
    internal const int PidfdGetfd = 438;
    internal const int MountSetattr = 442;

    private static readonly bool s_x64 = RuntimeInformation.ProcessArchitecture == Architecture.X64;

    internal static int Read => s_x64 ? 0 : 63;

    internal static int Write => s_x64 ? 1 : 64;

    internal static int Close => s_x64 ? 3 : 57;

    internal static int Ioctl => s_x64 ? 16 : 29;

    internal static int Dup3 => s_x64 ? 292 : 24;

    internal static int Openat => s_x64 ? 257 : 56;

    internal static int Faccessat => s_x64 ? 269 : 48;

    internal static int Getrandom => s_x64 ? 318 : 278;

    internal static int Chdir => s_x64 ? 80 : 49;

    internal static int Fchdir => s_x64 ? 81 : 50;

    internal static int Umask => s_x64 ? 95 : 166;

    internal static int Mount => s_x64 ? 165 : 40;

    internal static int Umount2 => s_x64 ? 166 : 39;

    internal static int PivotRoot => s_x64 ? 155 : 41;

    internal static int Prctl => s_x64 ? 157 : 167;

    internal static int Setsid => s_x64 ? 112 : 157;

    internal static int Setuid => s_x64 ? 105 : 146;

    internal static int Setgid => s_x64 ? 106 : 144;

    internal static int Setgroups => s_x64 ? 116 : 159;

    internal static int Capset => s_x64 ? 126 : 91;

    internal static int Sethostname => s_x64 ? 170 : 161;

    internal static int Setdomainname => s_x64 ? 171 : 162;

    internal static int Prlimit64 => s_x64 ? 302 : 261;

    internal static int Setns => s_x64 ? 308 : 268;

    internal static int Unshare => s_x64 ? 272 : 97;

    internal static int Seccomp => s_x64 ? 317 : 277;

    internal static int Execve => s_x64 ? 59 : 221;

    internal static int Execveat => s_x64 ? 322 : 281;

    internal static int Statfs => s_x64 ? 137 : 43;

    internal static int Fcntl => s_x64 ? 72 : 25;

    internal static int ExitGroup => s_x64 ? 231 : 94;

    internal static int RtSigaction => s_x64 ? 13 : 134;

    internal static int RtSigprocmask => s_x64 ? 14 : 135;

    internal static int Setresuid => s_x64 ? 117 : 147;

    internal static int Setresgid => s_x64 ? 119 : 149;

    internal static int Chroot => s_x64 ? 161 : 51;

    internal static int Socket => s_x64 ? 41 : 198;

    internal static int Bpf => s_x64 ? 321 : 280;

    internal static int Personality => s_x64 ? 135 : 92;

    internal static int IoprioSet => s_x64 ? 251 : 30;

    internal static int SchedSetattr => s_x64 ? 314 : 274;

    internal static int SchedSetaffinity => s_x64 ? 203 : 122;

    internal static int SetMempolicy => s_x64 ? 238 : 237;

    internal static int Keyctl => s_x64 ? 250 : 219;

    internal static int Getdents64 => s_x64 ? 217 : 61;
}
