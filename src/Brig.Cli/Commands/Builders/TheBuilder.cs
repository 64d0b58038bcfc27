using Brig.Oci;

namespace Brig.Cli.Commands.Builders;

/// <summary>The builder is brig itself: there is one, it has Docker's name for such a one, and it need not be made, booted or chosen.</summary>
internal static class TheBuilder
{
    internal const string Name = "default";
    private const string Emulators = "/proc/sys/fs/binfmt_misc";

    /// <summary>Refuses the name of any other.</summary>
    internal static void Check(IReadOnlyList<string> names)
    {
        if (names.FirstOrDefault(name => name != Name) is { } other)
        {
            throw BrigException.NotFound($"no builder \"{Oci.Text.Quote(other)}\" found (there is one, {Name}, and it needs no other beside it)");
        }
    }

    /// <summary>The machine's platform and those whose programs binfmt_misc has an emulator for.</summary>
    internal static IReadOnlyList<string> Platforms()
    {
        List<string> platforms = [Platform.Host.ToString()];
        if (Directory.Exists(Emulators))
        {
            platforms.AddRange(Directory.EnumerateFiles(Emulators, "qemu-*").Select(path => PlatformOf(Path.GetFileName(path)[5..])).OfType<string>().Order(StringComparer.Ordinal));
        }

        return [.. platforms.Distinct()];
    }

    // The names of QEMU's emulators in Go's words; others run no images that are known.
    private static string? PlatformOf(string emulator) => emulator switch
    {
        "x86_64" => "linux/amd64",
        "i386" => "linux/386",
        "aarch64" => "linux/arm64",
        "arm" => "linux/arm/v7",
        "ppc64le" or "s390x" or "riscv64" or "loongarch64" or "mips64" => "linux/" + emulator.Replace("loongarch64", "loong64", StringComparison.Ordinal),
        "mips64el" => "linux/mips64le",
        _ => null,
    };
}
