using Brig.Oci.Runtime;
using Brig.Runtime.Seccomp;

namespace Brig.Runtime.Tests.Seccomp;

public sealed class SeccompCompilerTests
{
    private const uint X64 = 0xC000003E;
    private const uint X86 = 0x40000003;
    private const uint Allow = 0x7FFF0000;
    private const uint NotPermitted = 0x00050001;

    private static readonly Dictionary<string, uint> s_x64 = Table(SyscallNames.X64);

    [Fact]
    public void Every_number_gets_what_the_policy_says()
    {
        SeccompSpec policy = DefaultSeccompPolicy.For(["CAP_CHOWN", "CAP_SYS_CHROOT"]);
        BpfInstruction[] program = SeccompCompiler.Compile(policy);
        HashSet<string> plain = [.. policy.Syscalls!.Where(rule => rule.Args is null && rule.Action == "SCMP_ACT_ALLOW").SelectMany(rule => rule.Names)];
        HashSet<string> conditional = [.. policy.Syscalls!.Where(rule => rule.Args is not null || rule.Action != "SCMP_ACT_ALLOW").SelectMany(rule => rule.Names)];
        foreach ((uint architecture, Dictionary<string, uint> table) in new[] { (X64, s_x64), (X86, Table(SyscallNames.X86)) })
        {
            Dictionary<uint, string> byNumber = table.ToDictionary(pair => pair.Value, pair => pair.Key);
            for (uint number = 0; number < 1000; number++)
            {
                string? name = byNumber.GetValueOrDefault(number);
                if (name is null || !conditional.Contains(name))
                {
                    Assert.Equal(name is not null && plain.Contains(name) ? Allow : NotPermitted, BpfMachine.Run(program, architecture, number));
                }
            }
        }
    }

    [Theory]
    [InlineData("socket", 2, Allow)]
    [InlineData("socket", 38, NotPermitted)]
    [InlineData("socket", 39, Allow)]
    [InlineData("socket", 40, NotPermitted)]
    [InlineData("socket", 41, Allow)]
    [InlineData("personality", 0, Allow)]
    [InlineData("personality", 0x20000, Allow)]
    [InlineData("personality", 0xffffffff, Allow)]
    [InlineData("personality", 0x1_0000_0000, NotPermitted)]
    [InlineData("personality", 1, NotPermitted)]
    [InlineData("clone", 0x11, Allow)]
    [InlineData("clone", 0x10000011, NotPermitted)]
    [InlineData("clone", 0x20000, NotPermitted)]
    [InlineData("clone3", 0, 0x00050026)]
    [InlineData("unshare", 0, NotPermitted)]
    [InlineData("keyctl", 0, NotPermitted)]
    [InlineData("io_uring_setup", 0, NotPermitted)]
    public void Arguments_decide_where_the_policy_says_so(string name, ulong argument, uint action) =>
        Assert.Equal(action, BpfMachine.Run(SeccompCompiler.Compile(DefaultSeccompPolicy.For([])), X64, s_x64[name], argument));

    [Fact]
    public void A_capability_brings_its_calls()
    {
        BpfInstruction[] program = SeccompCompiler.Compile(DefaultSeccompPolicy.For(["CAP_SYS_ADMIN"]));
        Assert.Equal(Allow, BpfMachine.Run(program, X64, s_x64["mount"]));
        Assert.Equal(Allow, BpfMachine.Run(program, X64, s_x64["clone3"]));
        Assert.Equal(NotPermitted, BpfMachine.Run(program, X64, s_x64["reboot"]));
    }

    [Fact]
    public void A_foreign_architecture_is_killed_and_x32_gets_the_default()
    {
        BpfInstruction[] program = SeccompCompiler.Compile(DefaultSeccompPolicy.For([]));
        Assert.Equal(0x80000000, BpfMachine.Run(program, 0xC00000B7, 0));
        Assert.Equal(NotPermitted, BpfMachine.Run(program, X64, 0x40000000 | s_x64["read"]));
    }

    [Theory]
    [InlineData("SCMP_CMP_EQ", 5, 0, new ulong[] { 5 }, new ulong[] { 4, 6, 0x1_0000_0005 })]
    [InlineData("SCMP_CMP_NE", 5, 0, new ulong[] { 4, 6, 0x1_0000_0005 }, new ulong[] { 5 })]
    [InlineData("SCMP_CMP_LT", 0x1_0000_0005, 0, new ulong[] { 0, 0xffffffff, 0x1_0000_0004 }, new ulong[] { 0x1_0000_0005, 0x1_0000_0006, 0x2_0000_0000 })]
    [InlineData("SCMP_CMP_LE", 0x1_0000_0005, 0, new ulong[] { 0, 0x1_0000_0005 }, new ulong[] { 0x1_0000_0006, 0x2_0000_0000 })]
    [InlineData("SCMP_CMP_GT", 0x1_0000_0005, 0, new ulong[] { 0x1_0000_0006, 0x2_0000_0000 }, new ulong[] { 0, 0x1_0000_0005 })]
    [InlineData("SCMP_CMP_GE", 0x1_0000_0005, 0, new ulong[] { 0x1_0000_0005, 0x2_0000_0000 }, new ulong[] { 0xffffffff, 0x1_0000_0004 })]
    [InlineData("SCMP_CMP_MASKED_EQ", 0xF0, 0x20, new ulong[] { 0x20, 0x2F, 0x1_0000_0020 }, new ulong[] { 0x30, 0 })]
    public void Comparisons_hold_over_64_bits(string op, ulong value, ulong valueTwo, ulong[] matching, ulong[] others)
    {
        SeccompSpec policy = new()
        {
            DefaultAction = "SCMP_ACT_ERRNO",
            Syscalls = [new SyscallRuleSpec { Names = ["read"], Action = "SCMP_ACT_ALLOW", Args = [new SyscallArgumentSpec { Index = 2, Op = op, Value = value, ValueTwo = valueTwo }] }],
        };
        BpfInstruction[] program = SeccompCompiler.Compile(policy);
        Assert.All(matching, argument => Assert.Equal(Allow, BpfMachine.Run(program, X64, 0, 0, 0, argument)));
        Assert.All(others, argument => Assert.Equal(NotPermitted, BpfMachine.Run(program, X64, 0, 0, 0, argument)));
    }

    private static Dictionary<string, uint> Table(string text) =>
        text.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries).Select(entry => entry.Split('=')).ToDictionary(pair => pair[0], pair => uint.Parse(pair[1]));
}
