using System.Runtime.InteropServices;
using Brig.Linux;

namespace Brig.Runtime.Launch;

/// <summary>One argument of a step: a number, bytes that are copied out of the managed heap, a list of strings (argv), a held descriptor, or the result of an earlier step.</summary>
internal readonly record struct LaunchArgument
{
    internal enum Kind : byte
    {
        Number,
        Bytes,
        Strings,
        Slot,
        Filter,
    }

    internal Kind Type { get; private init; }

    internal nint Value { get; private init; }

    /// <summary>The <c>byte[]</c> or <c>string[]</c>.</summary>
    internal object? Content { get; private init; }

    internal static LaunchArgument Slot(int slot) => new() { Type = Kind.Slot, Value = slot };

    /// <summary>A pointer to a copy of the bytes.</summary>
    internal static LaunchArgument Bytes(ReadOnlySpan<byte> bytes) => new() { Type = Kind.Bytes, Content = bytes.ToArray() };

    /// <summary>A pointer to a copy of a blittable value.</summary>
    internal static LaunchArgument Of<T>(T value)
        where T : unmanaged => Bytes(MemoryMarshal.AsBytes(new ReadOnlySpan<T>(in value)));

    /// <summary>A pointer to a NULL-terminated array of strings.</summary>
    internal static LaunchArgument Strings(IReadOnlyList<string> strings) => new() { Type = Kind.Strings, Content = strings.ToArray() };

    /// <summary>A pointer to a struct sock_fprog: a count of 8-byte instructions and their address (linux/filter.h).</summary>
    internal static LaunchArgument Filter(ReadOnlySpan<byte> instructions) => new() { Type = Kind.Filter, Content = instructions.ToArray() };

    public static implicit operator LaunchArgument(int number) => new() { Value = number };

    public static implicit operator LaunchArgument(uint number) => new() { Value = (nint)number };

    public static implicit operator LaunchArgument(long number) => new() { Value = (nint)number };

    public static implicit operator LaunchArgument(string text) => Bytes([.. System.Text.Encoding.UTF8.GetBytes(text), 0]);

    /// <summary>The descriptor's number; the launch keeps the handle open until the child has it.</summary>
    public static implicit operator LaunchArgument(SafeHandle handle) => new() { Value = Files.Number(handle) };

    public override string ToString() => Type switch
    {
        Kind.Slot => $"${Value}",
        Kind.Strings => "[" + string.Join(", ", ((string[])Content!).Select(text => $"\"{text}\"")) + "]",
        Kind.Bytes when Content is byte[] { Length: > 0 } bytes && bytes[^1] == 0 && !bytes.AsSpan(0, bytes.Length - 1).Contains((byte)0)
            => $"\"{System.Text.Encoding.UTF8.GetString(bytes, 0, bytes.Length - 1)}\"",
        Kind.Bytes or Kind.Filter => $"<{((byte[])Content!).Length} bytes>",
        _ => Value.ToString(),
    };
}
