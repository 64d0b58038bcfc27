using System.Runtime.InteropServices;
using Brig.Oci.Runtime;

namespace Brig.Runtime.Seccomp;

/// <summary>
/// Compiles a policy to classic BPF: for each architecture a balanced search over ranges of numbers, so a system call
/// costs six or seven comparisons however long the list is. An architecture that is neither the machine's nor named is killed; numbers
/// of the x32 ABI, which share x86-64's architecture, get the default action unless the policy names it.
/// </summary>
internal static class SeccompCompiler
{
    // Offsets in struct seccomp_data (linux/seccomp.h).
    private const uint NumberOffset = 0;
    private const uint ArchitectureOffset = 4;
    private const uint ArgumentsOffset = 16;

    private const uint X32Bit = 0x40000000;

    /// <summary>The architectures that a policy may name.</summary>
    internal static readonly string[] Known =
    [
        "SCMP_ARCH_X86", "SCMP_ARCH_X86_64", "SCMP_ARCH_X32", "SCMP_ARCH_ARM", "SCMP_ARCH_AARCH64", "SCMP_ARCH_MIPS", "SCMP_ARCH_MIPS64", "SCMP_ARCH_MIPS64N32",
        "SCMP_ARCH_MIPSEL", "SCMP_ARCH_MIPSEL64", "SCMP_ARCH_MIPSEL64N32", "SCMP_ARCH_PPC", "SCMP_ARCH_PPC64", "SCMP_ARCH_PPC64LE", "SCMP_ARCH_S390", "SCMP_ARCH_S390X",
        "SCMP_ARCH_PARISC", "SCMP_ARCH_PARISC64", "SCMP_ARCH_RISCV64", "SCMP_ARCH_LOONGARCH64", "SCMP_ARCH_M68K", "SCMP_ARCH_SH", "SCMP_ARCH_SHEB",
    ];

    private const uint AUDIT_ARCH_X86_64 = 0xC000003E;
    private const uint AUDIT_ARCH_I386 = 0x40000003;
    private const uint AUDIT_ARCH_AARCH64 = 0xC00000B7;

    internal static BpfInstruction[] Compile(SeccompSpec policy)
    {
        uint fallback = SeccompAction.Default(policy);
        List<BpfInstruction> program = [new(BpfInstruction.LoadWord, 0, 0, ArchitectureOffset)];
        foreach ((uint architecture, string names) in Architectures(policy))
        {
            List<BpfInstruction> body = [new(BpfInstruction.LoadWord, 0, 0, NumberOffset)];
            if (architecture == AUDIT_ARCH_X86_64 && (policy.Architectures?.Contains("SCMP_ARCH_X32") ?? false))
            {
                // The x32 ABI is x86-64's with a bit in the number (asm/unistd.h).
                body.Add(new(BpfInstruction.And, 0, 0, ~X32Bit));
            }

            List<(uint Start, Target Target)> ranges = Ranges(policy, Numbers(names), fallback);
            Search(body, CollectionsMarshal.AsSpan(ranges));
            program.Add(new(BpfInstruction.JumpEqual, 1, 0, architecture));
            program.Add(new(BpfInstruction.Jump, 0, 0, (uint)body.Count));
            program.AddRange(body);
        }

        program.Add(new(BpfInstruction.Return, 0, 0, SeccompAction.KillProcess));
        const int BPF_MAXINSNS = 4096;
        return program.Count <= BPF_MAXINSNS ? [.. program] : throw BrigException.Invalid($"linux.seccomp: the policy needs {program.Count} instructions, the kernel takes {BPF_MAXINSNS}");
    }

    /// <summary>The machine's own architecture always, the other one that it can run where the policy names it.</summary>
    private static IEnumerable<(uint Architecture, string Names)> Architectures(SeccompSpec policy)
    {
        foreach (string name in policy.Architectures ?? [])
        {
            if (!Known.Contains(name))
            {
                throw BrigException.Invalid($"linux.seccomp.architectures: unknown architecture \"{Oci.Text.Quote(name)}\"");
            }
        }

        switch (RuntimeInformation.ProcessArchitecture)
        {
            case Architecture.X64:
                yield return (AUDIT_ARCH_X86_64, SyscallNames.X64);
                if (policy.Architectures?.Contains("SCMP_ARCH_X86") ?? false)
                {
                    yield return (AUDIT_ARCH_I386, SyscallNames.X86);
                }

                break;
            case Architecture.Arm64:
                yield return (AUDIT_ARCH_AARCH64, SyscallNames.Arm64);
                break;
            case var other:
                throw BrigException.Unsupported($"seccomp on {other} (run with --security-opt seccomp=unconfined)");
        }
    }

    private static Dictionary<string, uint>.AlternateLookup<ReadOnlySpan<char>> Numbers(string table)
    {
        Dictionary<string, uint> numbers = new(480, StringComparer.Ordinal);
        Dictionary<string, uint>.AlternateLookup<ReadOnlySpan<char>> lookup = numbers.GetAlternateLookup<ReadOnlySpan<char>>();
        foreach (Range word in table.AsSpan().SplitAny(' ', '\n'))
        {
            ReadOnlySpan<char> entry = table.AsSpan(word);
            int equals = entry.IndexOf('=');
            lookup[entry[..equals]] = uint.Parse(entry[(equals + 1)..]);
        }

        return lookup;
    }

    /// <summary>The starts of runs of numbers that share a target, in order, from 0 on.</summary>
    private static List<(uint Start, Target Target)> Ranges(SeccompSpec policy, Dictionary<string, uint>.AlternateLookup<ReadOnlySpan<char>> numbers, uint fallback)
    {
        SortedDictionary<uint, Target> targets = [];
        foreach (SyscallRuleSpec rule in policy.Syscalls ?? [])
        {
            uint action = SeccompAction.Parse(rule.Action, rule.ErrnoRet);
            foreach (string name in rule.Names)
            {
                // A name that this architecture or this table does not know cannot be called by it.
                if (!numbers.TryGetValue(name, out uint number))
                {
                    continue;
                }

                Target target = targets.GetValueOrDefault(number) ?? new Target(fallback);
                targets[number] = rule.Args is { Count: > 0 } ? target.With(rule.Args, action) : target.Otherwise(action);
            }
        }

        Target none = new(fallback);
        List<(uint Start, Target Target)> ranges = [(0, none)];
        uint next = 0;
        foreach ((uint number, Target target) in targets)
        {
            if (number != next)
            {
                Append(ranges, next, none);
            }

            Append(ranges, number, target);
            next = number + 1;
        }

        Append(ranges, next, none);
        return ranges;
    }

    private static void Append(List<(uint Start, Target Target)> ranges, uint start, Target target)
    {
        if (ranges[^1].Start == start)
        {
            ranges[^1] = (start, target);
        }
        else if (!ranges[^1].Target.Same(target))
        {
            ranges.Add((start, target));
        }
    }

    private static void Search(List<BpfInstruction> body, ReadOnlySpan<(uint Start, Target Target)> ranges)
    {
        if (ranges.Length == 1)
        {
            ranges[0].Target.Emit(body, ArgumentsOffset);
            return;
        }

        int middle = ranges.Length / 2;
        int jump = body.Count;
        body.Add(new(BpfInstruction.JumpAtLeast, 0, 1, ranges[middle].Start));
        body.Add(default);
        Search(body, ranges[..middle]);
        body[jump + 1] = new(BpfInstruction.Jump, 0, 0, (uint)(body.Count - jump - 2));
        Search(body, ranges[middle..]);
    }
}
