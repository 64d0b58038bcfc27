using System.Runtime.InteropServices;

namespace Brig.Runtime.Launch;

/// <summary>A step as the child reads it: plain numbers and addresses outside the managed heap.</summary>
[StructLayout(LayoutKind.Sequential)]
internal unsafe struct NativeStep
{
    internal int Number;
    internal int Slot;
    internal int Then;
    internal int Otherwise;
    internal int SlotArguments; // bit n: argument n is the number of a slot
    internal int Remember;
    internal fixed int Tolerated[4];
    internal fixed long Arguments[6];
}
