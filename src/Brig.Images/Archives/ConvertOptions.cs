using Brig.Oci.Images;

namespace Brig.Images.Archives;

/// <summary>How layers are compressed.</summary>
/// <param name="MediaType">Of the layers.</param>
/// <param name="Level">In the compression's own numbers.</param>
public sealed record ConvertOptions(string MediaType, int Level)
{
    /// <summary>Reads a compression's name and level; throws InvalidArgument where there is no such.</summary>
    public static ConvertOptions Of(string compression, long? level)
    {
        (string type, int usual, int least, int most) = compression switch
        {
            "gzip" => (MediaTypes.OciLayerGzip, 6, 0, 9),
            "zstd" => (MediaTypes.OciLayerZstd, 3, 1, 22),
            "none" or "uncompressed" => (MediaTypes.OciLayer, 0, 0, 0),
            _ => throw BrigException.Invalid($"unknown compression \"{Oci.Text.Quote(compression)}\" (gzip, zstd or none)"),
        };
        return level is < 0 || level < least || level > most
            ? throw BrigException.Invalid($"compression level {level}: {compression} has levels {least} to {most}")
            : new ConvertOptions(type, (int)(level ?? usual));
    }
}
