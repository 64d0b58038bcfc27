using System.Globalization;
using Brig.Linux;

namespace Brig.Runtime.Resources;

/// <summary>
/// Limits as properties of a scope (man 5 systemd.resource-control): systemd owns the scope's cgroup and writes what it knows again when
/// it is reloaded, so it must know. Each is one word, <c>NAME=TYPE:VALUE</c> with the type as D-Bus writes it, for the program that asks.
/// What has no property is in the cgroup's files alone.
/// </summary>
internal static class SystemdProperties
{
    private const long SecondInMicroseconds = 1_000_000, QuotaStep = 10_000;

    internal static IReadOnlyList<string> Of(CgroupResources resources, bool unified)
    {
        List<string> words = [];
        if (unified)
        {
            Memory(words, resources);
            Add(words, "CPUWeight", resources.CpuShares is > 0 and { } shares && resources.CpuIdle is not 1 ? (ulong)CgroupResources.WeightOf(shares) : null);
            Cpus(words, "AllowedCPUs", resources.CpusetCpus);
            Cpus(words, "AllowedMemoryNodes", resources.CpusetMems);
            Add(words, "IOWeight", resources.Block.Weight is > 0 and { } weight ? (ulong)BlockLimits.WeightOf(weight) : null);
        }
        else
        {
            Add(words, "MemoryLimit", Limit(resources.Memory));
            Add(words, "CPUShares", resources.CpuShares is > 0 and { } shares ? shares : null);
            Add(words, "BlockIOWeight", resources.Block.Weight is > 0 and { } weight ? weight : null);
        }

        Quota(words, resources);
        Add(words, "TasksMax", Limit(resources.Pids));
        return words;
    }

    private static void Memory(List<string> words, CgroupResources resources)
    {
        Add(words, "MemoryMax", Limit(resources.Memory));
        Add(words, "MemoryLow", Limit(resources.MemoryReservation));
        Add(words, "MemorySwapMax", resources is { MemoryAndSwap: long both, Memory: long memory } ? Limit(both < 0 ? both : both - Math.Max(0, memory)) : null);
    }

    private static void Quota(List<string> words, CgroupResources resources)
    {
        const long DefaultPeriod = 100_000;
        if (resources.CpuQuota is not long quota)
        {
            return;
        }

        long period = resources.CpuPeriod is > 0 and { } given ? (long)given : DefaultPeriod;

        // systemd counts in hundredths of a processor; the exact numbers are written into the file afterwards.
        Add(words, "CPUQuotaPerSecUSec", quota <= 0 ? ulong.MaxValue : (ulong)((((quota * SecondInMicroseconds / period) + QuotaStep - 1) / QuotaStep) * QuotaStep));
        Add(words, "CPUQuotaPeriodUSec", (ulong)period);
    }

    private static ulong? Limit(long? value) => value is < 0 ? ulong.MaxValue : (ulong?)value;

    private static void Add(List<string> words, string name, ulong? value)
    {
        if (value is ulong number)
        {
            words.Add($"{name}=t:{number.ToString(CultureInfo.InvariantCulture)}");
        }
    }

    /// <summary>"0-2,5" as the bits of bytes; what is no such list is left for the kernel to refuse.</summary>
    private static void Cpus(List<string> words, string name, string? list)
    {
        const int Most = 8192;
        byte[] bits = [];
        foreach (string part in list?.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries) ?? [])
        {
            string[] ends = part.Split('-', 2);
            if (!int.TryParse(ends[0], NumberStyles.None, CultureInfo.InvariantCulture, out int first) || !int.TryParse(ends[^1], NumberStyles.None, CultureInfo.InvariantCulture, out int last) || last >= Most)
            {
                return;
            }

            for (int number = first; number <= last; number++)
            {
                Array.Resize(ref bits, Math.Max(bits.Length, (number / 8) + 1));
                bits[number / 8] |= (byte)(1 << (number % 8));
            }
        }

        if (bits.Length > 0)
        {
            words.Add($"{name}=ay:{Convert.ToHexString(bits)}");
        }
    }
}
