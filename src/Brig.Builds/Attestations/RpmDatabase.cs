using System.Buffers.Binary;
using System.Text;
using Brig.Linux;
using Microsoft.Win32.SafeHandles;
using SQLitePCL;

namespace Brig.Builds.Attestations;

/// <summary>Reads rpm's database: headers as blobs in SQLite (rpm's docs/manual/format_header.md).</summary>
internal static class RpmDatabase
{
    private const int NameTag = 1000, VersionTag = 1001, ReleaseTag = 1002, EpochTag = 1003, LicenseTag = 1014, VendorTag = 1011, ArchitectureTag = 1022;
    private const int EntrySize = 16, HeaderLimit = 64 << 20;

    /// <summary>Disposes the file. A database that cannot be read has no packages.</summary>
    internal static List<InstalledPackage> Read(SafeFileHandle file)
    {
        List<InstalledPackage> packages = [];
        using (file)
        {
            string path = $"file:/proc/self/fd/{Files.Number(file)}?immutable=1";
            if (raw.sqlite3_open_v2(path, out sqlite3 connection, raw.SQLITE_OPEN_READONLY | raw.SQLITE_OPEN_URI | raw.SQLITE_OPEN_NOMUTEX, null) == raw.SQLITE_OK)
            {
                using (connection)
                {
                    if (raw.sqlite3_prepare_v2(connection, "SELECT blob FROM Packages", out sqlite3_stmt statement) == raw.SQLITE_OK)
                    {
                        using (statement)
                        {
                            while (raw.sqlite3_step(statement) == raw.SQLITE_ROW)
                            {
                                if (Parse(raw.sqlite3_column_blob(statement, 0)) is { } package)
                                {
                                    packages.Add(package);
                                }
                            }
                        }
                    }
                }
            }
        }

        return packages;
    }

    internal static InstalledPackage? Parse(ReadOnlySpan<byte> header)
    {
        if (header.Length is < 8 or > HeaderLimit)
        {
            return null;
        }

        uint count = BinaryPrimitives.ReadUInt32BigEndian(header), length = BinaryPrimitives.ReadUInt32BigEndian(header[4..]);
        if (8 + ((ulong)count * EntrySize) + length > (ulong)header.Length)
        {
            return null;
        }

        ReadOnlySpan<byte> entries = header.Slice(8, (int)count * EntrySize), data = header.Slice(8 + ((int)count * EntrySize), (int)length);
        string name = Text(entries, data, NameTag), version = Text(entries, data, VersionTag), release = Text(entries, data, ReleaseTag), epoch = Number(entries, data, EpochTag);
        return name.Length == 0 ? null : new InstalledPackage("rpm", name, $"{(epoch.Length > 0 ? epoch + ":" : "")}{version}{(release.Length > 0 ? "-" + release : "")}",
            Text(entries, data, ArchitectureTag), Text(entries, data, LicenseTag), Text(entries, data, VendorTag));
    }

    private static string Text(ReadOnlySpan<byte> entries, ReadOnlySpan<byte> data, int tag)
    {
        int offset = Find(entries, tag);
        if (offset < 0 || offset >= data.Length)
        {
            return "";
        }

        ReadOnlySpan<byte> rest = data[offset..];
        int end = rest.IndexOf((byte)0);
        return end < 0 ? "" : Encoding.UTF8.GetString(rest[..end]);
    }

    private static string Number(ReadOnlySpan<byte> entries, ReadOnlySpan<byte> data, int tag)
    {
        int offset = Find(entries, tag);
        return offset < 0 || offset + 4 > data.Length ? "" : BinaryPrimitives.ReadUInt32BigEndian(data[offset..]).ToString(System.Globalization.CultureInfo.InvariantCulture);
    }

    private static int Find(ReadOnlySpan<byte> entries, int tag)
    {
        for (int at = 0; at + EntrySize <= entries.Length; at += EntrySize)
        {
            if (BinaryPrimitives.ReadInt32BigEndian(entries[at..]) == tag)
            {
                return BinaryPrimitives.ReadInt32BigEndian(entries[(at + 8)..]);
            }
        }

        return -1;
    }
}
