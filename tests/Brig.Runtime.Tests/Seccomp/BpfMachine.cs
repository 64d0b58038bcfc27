using System.Buffers.Binary;
using Brig.Runtime.Seccomp;

namespace Brig.Runtime.Tests.Seccomp;

/// <summary>Runs a filter as the kernel does, over struct seccomp_data.</summary>
internal static class BpfMachine
{
    internal static uint Run(BpfInstruction[] program, uint architecture, uint number, params ulong[] arguments)
    {
        byte[] data = new byte[64];
        BinaryPrimitives.WriteUInt32LittleEndian(data, number);
        BinaryPrimitives.WriteUInt32LittleEndian(data.AsSpan(4), architecture);
        for (int i = 0; i < arguments.Length; i++)
        {
            BinaryPrimitives.WriteUInt64LittleEndian(data.AsSpan(16 + (8 * i)), arguments[i]);
        }

        uint a = 0;
        for (int at = 0; ; at++)
        {
            BpfInstruction step = program[at];
            switch (step.Code)
            {
                case BpfInstruction.LoadWord:
                    a = BinaryPrimitives.ReadUInt32LittleEndian(data.AsSpan((int)step.K));
                    break;
                case BpfInstruction.And:
                    a &= step.K;
                    break;
                case BpfInstruction.Jump:
                    at += (int)step.K;
                    break;
                case BpfInstruction.JumpEqual:
                    at += a == step.K ? step.True : step.False;
                    break;
                case BpfInstruction.JumpGreater:
                    at += a > step.K ? step.True : step.False;
                    break;
                case BpfInstruction.JumpAtLeast:
                    at += a >= step.K ? step.True : step.False;
                    break;
                case BpfInstruction.Return:
                    return step.K;
                default:
                    throw new InvalidOperationException($"instruction {step.Code:x}");
            }
        }
    }
}
