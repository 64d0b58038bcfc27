using System.Text;
using Brig.Oci;

namespace Brig.Images.Layers.Tar;

/// <summary>One entry of a tar archive with everything its headers say. Names are bytes without a NUL, as they stand in the archive.</summary>
internal sealed class TarEntry
{
    internal TarEntryType Type { get; set; }

    internal byte[] Name { get; set; } = [];

    /// <summary>What a hard or symbolic link points to.</summary>
    internal byte[] Target { get; set; } = [];

    /// <summary>The twelve permission bits.</summary>
    internal uint Permissions { get; set; }

    internal uint Uid { get; set; }

    internal uint Gid { get; set; }

    /// <summary>Bytes of content that follow in the archive.</summary>
    internal long Size { get; set; }

    internal long Seconds { get; set; }

    internal uint Nanoseconds { get; set; }

    internal uint Major { get; set; }

    internal uint Minor { get; set; }

    internal List<TarAttribute> Attributes { get; } = [];

    /// <summary>Where the content belongs in a sparse file of <see cref="Length"/> bytes; null in a plain one.</summary>
    internal List<SparseRegion>? Regions { get; set; }

    /// <summary>Bytes of the file once unpacked.</summary>
    internal long Length { get; set; }

    /// <summary>The name as a message shows it.</summary>
    internal string ShownName => Show(Name);

    internal static string Show(ReadOnlySpan<byte> name) => Text.Quote(Encoding.UTF8.GetString(name.TrimEnd((byte)0)));

    internal BrigException Refuse(string reason) => BrigException.Invalid($"layer entry {(Name.Length == 0 ? "with an empty name" : ShownName)}: {reason}");
}
