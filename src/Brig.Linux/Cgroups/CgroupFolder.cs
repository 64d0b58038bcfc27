using System.Globalization;

namespace Brig.Linux;

/// <summary>The files of one cgroup in one hierarchy.</summary>
internal sealed class CgroupFolder(string path)
{
    internal string Path { get; } = path;

    internal bool Has(string file) => Files.TryStat(null, System.IO.Path.Combine(Path, file)) is not null;

    internal string? Read(string file) => Files.TryReadText(System.IO.Path.Combine(Path, file))?.Trim();

    /// <summary>The one number of a file; null where there is none.</summary>
    internal long? Number(string file) => long.TryParse(Read(file), NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out long number) ? number : null;

    /// <summary>Writes a value; null writes nothing.</summary>
    internal void Write(string file, string? value)
    {
        if (value is not null)
        {
            Files.WriteValue(System.IO.Path.Combine(Path, file), value);
        }
    }

    internal void Write(string file, long? value) => Write(file, value?.ToString(CultureInfo.InvariantCulture));

    internal void Write(string file, ulong? value) => Write(file, value?.ToString(CultureInfo.InvariantCulture));
}
