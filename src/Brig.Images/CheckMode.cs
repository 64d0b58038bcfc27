namespace Brig.Images;

public enum CheckMode
{
    Report,

    /// <summary>Removes what is left over.</summary>
    Repair,
}
