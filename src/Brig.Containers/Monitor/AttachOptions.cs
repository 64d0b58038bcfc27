namespace Brig.Containers.Monitor;

/// <summary>Which streams a client wants.</summary>
[Flags]
public enum AttachOptions : byte
{
    None = 0,
    Input = 1,
    Output = 2,
    Error = 4,
}
