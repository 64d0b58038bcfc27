using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace Brig.Linux;

/// <summary>
/// Device rules of a v2 cgroup: there is no file for them but an eBPF program that is asked at every use
/// (man 2 bpf, BPF_PROG_TYPE_CGROUP_DEVICE; struct bpf_cgroup_dev_ctx in linux/bpf.h).
/// </summary>
internal static unsafe class DeviceProgram
{
    private const int BPF_PROG_LOAD = 5, BPF_PROG_ATTACH = 8, BPF_PROG_DETACH = 9, BPF_PROG_QUERY = 16, BPF_PROG_GET_FD_BY_ID = 13;
    private const int BPF_PROG_TYPE_CGROUP_DEVICE = 15, BPF_CGROUP_DEVICE = 6, BPF_F_ALLOW_MULTI = 2, AttributeSize = 128;

    // Opcodes (linux/bpf.h): r1 is the context; r2 access and type, r3 what is kept of them, r4 and r5 the numbers.
    private const byte LoadWord = 0x61, Move = 0xbf, MoveValue = 0xb7, AndValue = 0x57, ShiftRight = 0x77, JumpNotEqual = 0x55, JumpNotEqualRegister = 0x5d, Exit = 0x95;

    /// <summary>Puts a program in place of those that are there, so that an update never leaves the cgroup without one.</summary>
    internal static void Attach(string cgroup, IReadOnlyList<DeviceRule> rules)
    {
        using SafeFileHandle folder = Files.Open(cgroup, OpenFlags.O_RDONLY | OpenFlags.O_DIRECTORY);
        List<uint> before = Attached(folder);
        using SafeFileHandle program = Load(Assemble(rules));
        Change(BPF_PROG_ATTACH, folder, program, BPF_F_ALLOW_MULTI, "attach device rules");
        foreach (uint id in before)
        {
            using SafeFileHandle old = ById(id);
            Change(BPF_PROG_DETACH, folder, old, 0, "detach device rules");
        }
    }

    /// <summary>The rules from the last to the first: the first that fits answers; without one nothing is allowed.</summary>
    internal static ulong[] Assemble(IReadOnlyList<DeviceRule> rules)
    {
        List<ulong> code =
        [
            Instruction(LoadWord, 2, 1, 0, 0), Instruction(LoadWord, 4, 1, 4, 0), Instruction(LoadWord, 5, 1, 8, 0),
        ];
        foreach (DeviceRule rule in rules.Reverse())
        {
            List<ulong> tests = [];
            if (rule.Type is 'b' or 'c')
            {
                tests.AddRange([Instruction(Move, 3, 2, 0, 0), Instruction(AndValue, 3, 0, 0, 0xFFFF), Instruction(JumpNotEqual, 3, 0, short.MaxValue, rule.Type == 'b' ? 1 : 2)]);
            }

            int access = (rule.Access.Contains('m', StringComparison.Ordinal) ? 1 : 0) | (rule.Access.Contains('r', StringComparison.Ordinal) ? 2 : 0) | (rule.Access.Contains('w', StringComparison.Ordinal) ? 4 : 0);
            if (access != 7)
            {
                // An allowing rule must hold all that is asked; a denying one bites where any of it is.
                tests.AddRange([Instruction(Move, 3, 2, 0, 0), Instruction(ShiftRight, 3, 0, 0, 16), Instruction(AndValue, 3, 0, 0, rule.Allow ? ~access & 7 : access)]);
                tests.Add(rule.Allow ? Instruction(JumpNotEqual, 3, 0, short.MaxValue, 0) : Instruction(0x15, 3, 0, short.MaxValue, 0));
            }

            AddNumber(tests, 4, rule.Major);
            AddNumber(tests, 5, rule.Minor);
            bool always = tests.Count == 0;
            tests.AddRange([Instruction(MoveValue, 0, 0, 0, rule.Allow ? 1 : 0), Instruction(Exit, 0, 0, 0, 0)]);
            for (int i = 0; i < tests.Count; i++)
            {
                // A test that fails goes on behind the rule.
                code.Add((short)(tests[i] >> 16) == short.MaxValue ? (tests[i] & ~0xFFFF0000UL) | ((ulong)(ushort)(tests.Count - i - 1) << 16) : tests[i]);
            }

            if (always)
            {
                return [.. code]; // the verifier takes no instruction that nothing leads to
            }
        }

        code.AddRange([Instruction(MoveValue, 0, 0, 0, 0), Instruction(Exit, 0, 0, 0, 0)]);
        return [.. code];
    }

    private static void AddNumber(List<ulong> tests, byte register, uint? number)
    {
        if (number is uint wanted)
        {
            tests.AddRange([Instruction(0xb4, 3, 0, 0, (int)wanted), Instruction(JumpNotEqualRegister, register, 3, short.MaxValue, 0)]);
        }
    }

    private static ulong Instruction(byte code, byte target, byte source, short offset, int value) =>
        code | ((ulong)target << 8) | ((ulong)source << 12) | ((ulong)(ushort)offset << 16) | ((ulong)(uint)value << 32);

    private static SafeFileHandle Load(ulong[] code)
    {
        byte* attributes = stackalloc byte[AttributeSize];
        new Span<byte>(attributes, AttributeSize).Clear();
        ReadOnlySpan<byte> license = "Apache-2.0\0"u8;
        fixed (ulong* instructions = code)
        fixed (byte* name = license)
        {
            ((uint*)attributes)[0] = BPF_PROG_TYPE_CGROUP_DEVICE;
            ((uint*)attributes)[1] = (uint)code.Length;
            ((ulong*)attributes)[1] = (ulong)instructions;
            ((ulong*)attributes)[2] = (ulong)name;
            return Handle(BPF_PROG_LOAD, attributes, "load device rules");
        }
    }

    private static SafeFileHandle ById(uint id)
    {
        byte* attributes = stackalloc byte[AttributeSize];
        new Span<byte>(attributes, AttributeSize).Clear();
        *(uint*)attributes = id;
        return Handle(BPF_PROG_GET_FD_BY_ID, attributes, "find device rules");
    }

    private static SafeFileHandle Handle(int command, byte* attributes, string operation)
    {
        nint file = Libc.Syscall(SyscallNumber.Bpf, command, (nint)attributes, AttributeSize);
        return file < 0 ? throw LinuxException.Last(operation, null) : new SafeFileHandle(file, ownsHandle: true);
    }

    private static List<uint> Attached(SafeFileHandle cgroup)
    {
        const int Most = 64;
        uint* ids = stackalloc uint[Most];
        byte* attributes = stackalloc byte[AttributeSize];
        new Span<byte>(attributes, AttributeSize).Clear();
        ((uint*)attributes)[0] = (uint)Files.Number(cgroup);
        ((uint*)attributes)[1] = BPF_CGROUP_DEVICE;
        ((ulong*)attributes)[2] = (ulong)ids;
        ((uint*)attributes)[6] = Most;
        return Libc.Syscall(SyscallNumber.Bpf, BPF_PROG_QUERY, (nint)attributes, AttributeSize) < 0
            ? throw LinuxException.Last("query device rules", null)
            : [.. new Span<uint>(ids, (int)((uint*)attributes)[6])];
    }

    private static void Change(int command, SafeFileHandle cgroup, SafeFileHandle program, uint flags, string operation)
    {
        byte* attributes = stackalloc byte[AttributeSize];
        new Span<byte>(attributes, AttributeSize).Clear();
        ((uint*)attributes)[0] = (uint)Files.Number(cgroup);
        ((uint*)attributes)[1] = (uint)Files.Number(program);
        ((uint*)attributes)[2] = BPF_CGROUP_DEVICE;
        ((uint*)attributes)[3] = flags;
        if (Libc.Syscall(SyscallNumber.Bpf, command, (nint)attributes, AttributeSize) < 0)
        {
            throw LinuxException.Last(operation, null);
        }
    }
}
