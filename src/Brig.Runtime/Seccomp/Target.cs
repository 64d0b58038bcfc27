using Brig.Oci.Runtime;

namespace Brig.Runtime.Seccomp;

/// <summary>What becomes of one system call: rules in their order, the first whose conditions all hold, else <paramref name="otherwise"/>.</summary>
internal sealed class Target(uint otherwise)
{
    private readonly List<(IReadOnlyList<SyscallArgumentSpec> Conditions, uint Action)> _rules = [];
    private uint _otherwise = otherwise;

    internal Target With(IReadOnlyList<SyscallArgumentSpec> conditions, uint action)
    {
        _rules.Add((conditions, action));
        return this;
    }

    internal Target Otherwise(uint action)
    {
        _otherwise = action;
        return this;
    }

    internal bool Same(Target other) => _rules.Count == 0 && other._rules.Count == 0 && _otherwise == other._otherwise;

    internal void Emit(List<BpfInstruction> body, uint argumentsOffset)
    {
        foreach ((IReadOnlyList<SyscallArgumentSpec> conditions, uint action) in _rules)
        {
            List<BpfInstruction> rule = [];
            List<int> failing = [];
            foreach (SyscallArgumentSpec condition in conditions)
            {
                EmitCondition(rule, failing, condition, argumentsOffset);
            }

            rule.Add(new(BpfInstruction.Return, 0, 0, action));
            foreach (int at in failing)
            {
                // A jump that must lead behind the rule: its marked side is 255 until the rule's length is known.
                byte behind = checked((byte)(rule.Count - at - 1));
                rule[at] = rule[at] with { True = rule[at].True == 255 ? behind : rule[at].True, False = rule[at].False == 255 ? behind : rule[at].False };
            }

            body.AddRange(rule);
        }

        body.Add(new(BpfInstruction.Return, 0, 0, _otherwise));
    }

    private static void EmitCondition(List<BpfInstruction> rule, List<int> failing, SyscallArgumentSpec condition, uint argumentsOffset)
    {
        if (condition.Index > 5)
        {
            throw BrigException.Invalid($"linux.seccomp: argument index {condition.Index} is not 0 to 5");
        }

        uint low = argumentsOffset + (8 * condition.Index); // little-endian: every architecture Brig runs on
        uint high = low + 4;
        (ulong value, ulong mask) = condition.Op == "SCMP_CMP_MASKED_EQ" ? (condition.ValueTwo, condition.Value) : (condition.Value, ulong.MaxValue);
        void Add(ushort code, byte whenTrue, byte whenFalse, uint k)
        {
            if (whenTrue == 255 || whenFalse == 255)
            {
                failing.Add(rule.Count);
            }

            rule.Add(new(code, whenTrue, whenFalse, k));
        }

        void Load(uint offset, uint masked)
        {
            rule.Add(new(BpfInstruction.LoadWord, 0, 0, offset));
            if (masked != uint.MaxValue)
            {
                rule.Add(new(BpfInstruction.And, 0, 0, masked));
            }
        }

        uint valueHigh = (uint)(value >> 32), valueLow = (uint)value;
        switch (condition.Op)
        {
            case "SCMP_CMP_EQ" or "SCMP_CMP_MASKED_EQ":
                Load(high, (uint)(mask >> 32));
                Add(BpfInstruction.JumpEqual, 0, 255, valueHigh);
                Load(low, (uint)mask);
                Add(BpfInstruction.JumpEqual, 0, 255, valueLow);
                break;
            case "SCMP_CMP_NE":
                Load(high, uint.MaxValue);
                Add(BpfInstruction.JumpEqual, 0, 2, valueHigh);
                Load(low, uint.MaxValue);
                Add(BpfInstruction.JumpEqual, 255, 0, valueLow);
                break;
            case "SCMP_CMP_GT" or "SCMP_CMP_GE":
                Load(high, uint.MaxValue);
                Add(BpfInstruction.JumpGreater, 3, 0, valueHigh);
                Add(BpfInstruction.JumpEqual, 0, 255, valueHigh);
                Load(low, uint.MaxValue);
                Add(condition.Op == "SCMP_CMP_GT" ? BpfInstruction.JumpGreater : BpfInstruction.JumpAtLeast, 0, 255, valueLow);
                break;
            case "SCMP_CMP_LT" or "SCMP_CMP_LE":
                Load(high, uint.MaxValue);
                Add(BpfInstruction.JumpGreater, 255, 0, valueHigh);
                Add(BpfInstruction.JumpEqual, 0, 2, valueHigh);
                Load(low, uint.MaxValue);
                Add(condition.Op == "SCMP_CMP_LT" ? BpfInstruction.JumpAtLeast : BpfInstruction.JumpGreater, 255, 0, valueLow);
                break;
            default:
                throw BrigException.Invalid($"linux.seccomp: unknown operator \"{Oci.Text.Quote(condition.Op)}\"");
        }
    }
}
