using System.Runtime.CompilerServices;
using Brig.Builds.Dockerfiles;

namespace Brig.Builds.Tests.Dockerfiles;

public sealed class GoldenTests
{
    private static string Folder([CallerFilePath] string here = "") => Path.Combine(Path.GetDirectoryName(here)!, "Golden");

    public static TheoryData<string> Names => [.. Directory.GetFiles(Folder(), "*.dockerfile").Select(path => Path.GetFileNameWithoutExtension(path)!).Order(StringComparer.Ordinal)];

    [Theory]
    [MemberData(nameof(Names))]
    public void Parses_as_the_golden_file_says(string name)
    {
        string parsed = Dump.Of(Dockerfile.Parse(File.ReadAllText(Path.Combine(Folder(), name + ".dockerfile")), "Dockerfile"));
        string golden = Path.Combine(Folder(), name + ".txt");
        if (Environment.GetEnvironmentVariable("BRIG_GOLDEN") == "write")
        {
            File.WriteAllText(golden, parsed);
        }

        Assert.Equal(File.ReadAllText(golden), parsed);
    }
}
