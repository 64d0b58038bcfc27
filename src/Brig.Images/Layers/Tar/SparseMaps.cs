namespace Brig.Images.Layers.Tar;

/// <summary>Maps of sparse files as GNU tar writes them (GNU tar manual, "Storing Sparse Files").</summary>
internal static class SparseMaps
{
    private const int MostRegions = 1 << 20;

    /// <summary>The old GNU kind: four regions in the header, then blocks of 21 while a byte says so.</summary>
    internal static List<SparseRegion> ReadOld(TarInput input, ReadOnlySpan<byte> header)
    {
        List<SparseRegion> regions = [];
        Add(header[TarFormat.OldSparseMap..TarFormat.OldSparseMapMore]);
        byte[] block = new byte[TarFormat.Block];
        for (bool more = header[TarFormat.OldSparseMapMore] != 0; more; more = block[TarFormat.OldSparseMapBlockMore] != 0)
        {
            input.ReadExactly(block);
            Add(block.AsSpan(0, TarFormat.OldSparseMapBlockMore));
            Bound(regions.Count);
        }

        return regions;

        void Add(ReadOnlySpan<byte> fields)
        {
            for (; fields.Length >= 24 && fields[0] != 0; fields = fields[24..])
            {
                regions.Add(new SparseRegion(TarNumber.Parse(fields[..12], "sparse map"), TarNumber.Parse(fields[12..24], "sparse map")));
            }
        }
    }

    /// <summary>PAX format 1.0: decimal numbers, one a line, in whole blocks before the content proper.</summary>
    internal static List<SparseRegion> ReadContent(TarEntry entry, TarReader reader)
    {
        NumberLines lines = new(reader, entry);
        long count = lines.Next();
        Bound(count);
        List<SparseRegion> regions = [];
        for (long i = 0; i < count; i++)
        {
            regions.Add(new SparseRegion(lines.Next(), lines.Next()));
        }

        return regions;
    }

    /// <summary>Regions must follow one another inside the file and make up exactly the content.</summary>
    internal static void Check(TarEntry entry)
    {
        long at = 0, sum = 0;
        foreach (SparseRegion region in entry.Regions!)
        {
            if (region.Offset < at || region.Length < 0 || region.Length > entry.Length - region.Offset)
            {
                throw entry.Refuse("a damaged sparse map");
            }

            at = region.Offset + region.Length;
            sum += region.Length;
        }

        if (sum != entry.Size)
        {
            throw entry.Refuse("a damaged sparse map");
        }
    }

    private static void Bound(long count)
    {
        if (count is < 0 or > MostRegions)
        {
            throw BrigException.Invalid("corrupt tar archive: an endless sparse map");
        }
    }
}
