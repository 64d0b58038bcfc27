using System.Runtime.InteropServices;
using System.Text;

namespace Brig.Runtime.Launch;

/// <summary>The steps of a plan in one block of unmanaged memory, which the child of a clone can read whatever became of the managed heap.</summary>
internal sealed unsafe class NativePlan : IDisposable
{
    internal const int SlotCount = 64;

    private readonly IReadOnlyList<LaunchStep> _steps;
    private byte* _block;

    internal NativePlan(IReadOnlyList<LaunchStep> steps)
    {
        _steps = steps;
        int head = steps.Count * sizeof(NativeStep);
        _block = (byte*)NativeMemory.AllocZeroed((nuint)(head + steps.Sum(Size)));
        byte* free = _block + head;
        for (int i = 0; i < steps.Count; i++)
        {
            free = Write(steps[i], (NativeStep*)_block + i, free);
        }
    }

    internal NativeStep* Steps => (NativeStep*)_block;

    internal int Count => _steps.Count;

    internal IReadOnlyList<(string Operation, string? Subject)> Names => [.. _steps.Select(step => (step.Operation, step.Subject))];

    internal LaunchStep this[int index] => _steps[index];

    public void Dispose()
    {
        NativeMemory.Free(_block);
        _block = null;
    }

    private static int Size(LaunchStep step) => step.Arguments.Sum(argument => argument.Type switch
    {
        LaunchArgument.Kind.Bytes => Align(((byte[])argument.Content!).Length),
        LaunchArgument.Kind.Filter => 16 + ((byte[])argument.Content!).Length,
        LaunchArgument.Kind.Strings => ((string[])argument.Content!).Sum(text => 8 + Align(Encoding.UTF8.GetByteCount(text) + 1)) + 8,
        _ => 0,
    });

    private static int Align(int length) => (length + 7) & ~7;

    private static byte* Write(LaunchStep step, NativeStep* native, byte* free)
    {
        native->Number = step.Number;
        native->Slot = step.Slot;
        native->Then = step.Then;
        native->Otherwise = step.Otherwise;
        native->Remember = step.Remember ? 1 : 0;
        for (int i = 0; i < step.Tolerated.Length; i++)
        {
            native->Tolerated[i] = (int)step.Tolerated[i];
        }

        for (int i = 0; i < step.Arguments.Length; i++)
        {
            LaunchArgument argument = step.Arguments[i];
            switch (argument.Type)
            {
                case LaunchArgument.Kind.Bytes:
                    native->Arguments[i] = (long)free;
                    byte[] bytes = (byte[])argument.Content!;
                    bytes.CopyTo(new Span<byte>(free, bytes.Length));
                    free += Align(bytes.Length);
                    break;
                case LaunchArgument.Kind.Filter:
                    native->Arguments[i] = (long)free;
                    byte[] instructions = (byte[])argument.Content!;
                    *(ushort*)free = (ushort)(instructions.Length / 8);
                    ((long*)free)[1] = (long)(free + 16);
                    instructions.CopyTo(new Span<byte>(free + 16, instructions.Length));
                    free += 16 + instructions.Length;
                    break;
                case LaunchArgument.Kind.Strings:
                    native->Arguments[i] = (long)free;
                    free = WriteStrings((string[])argument.Content!, free);
                    break;
                default:
                    native->SlotArguments |= argument.Type == LaunchArgument.Kind.Slot ? 1 << i : 0;
                    native->Arguments[i] = argument.Value;
                    break;
            }
        }

        return free;
    }

    private static byte* WriteStrings(string[] strings, byte* free)
    {
        long* pointers = (long*)free;
        free += 8 * (strings.Length + 1);
        for (int i = 0; i < strings.Length; i++)
        {
            pointers[i] = (long)free;
            int length = Encoding.UTF8.GetBytes(strings[i], new Span<byte>(free, Encoding.UTF8.GetByteCount(strings[i])));
            free += Align(length + 1);
        }

        return free;
    }
}
