namespace Brig.Images.Layers.Tar;

/// <summary>Where the fields of a tar header block stand (POSIX.1-2017, pax, "ustar Interchange Format"; GNU tar manual, "Basic Tar Format").</summary>
internal static class TarFormat
{
    internal const int Block = 512;

    /// <summary>Bound for the whole of one extension header: extended attributes may be 64 KiB each, names 4 KiB.</summary>
    internal const int LargestExtension = 1 << 20;

    /// <summary>PATH_MAX: longer ones cannot be named to the kernel.</summary>
    internal const int LongestName = 4096;

    internal static readonly Range Name = 0..100;
    internal static readonly Range Mode = 100..108;
    internal static readonly Range Uid = 108..116;
    internal static readonly Range Gid = 116..124;
    internal static readonly Range Size = 124..136;
    internal static readonly Range Modified = 136..148;
    internal static readonly Range Checksum = 148..156;
    internal const int Type = 156;
    internal static readonly Range Target = 157..257;
    internal static readonly Range Magic = 257..263;
    internal static readonly Range MagicAndVersion = 257..265;
    internal static readonly Range Major = 329..337;
    internal static readonly Range Minor = 337..345;
    internal static readonly Range Prefix = 345..500;

    /// <summary>GNU's old sparse map: four regions in the header, 21 in each further block.</summary>
    internal const int OldSparseMap = 386;
    internal const int OldSparseMapMore = 482;
    internal const int OldSparseMapBlockMore = 504;
    internal static readonly Range OldSparseLength = 483..495;

    /// <summary>The sum of the header's bytes with the checksum field taken as spaces; some old archives summed signed bytes.</summary>
    internal static (long Unsigned, long Signed) Sum(ReadOnlySpan<byte> header)
    {
        long unsigned = 0, signed = 0;
        foreach (byte value in header)
        {
            unsigned += value;
            signed += (sbyte)value;
        }

        foreach (byte value in header[Checksum])
        {
            unsigned += ' ' - value;
            signed += ' ' - (sbyte)value;
        }

        return (unsigned, signed);
    }
}
