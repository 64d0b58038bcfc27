namespace Brig.EndToEnd.Support;

/// <summary>
/// A Debian, brought once into a state root from which the test classes' roots are copied: the layers by hard links, since
/// nothing ever writes to a layer.
/// </summary>
public static class BaseImage
{
    private static readonly string? s_pulled = Environment.GetEnvironmentVariable("BRIG_TEST_IMAGE");
    private const string Archive = "/tmp/brig-test-cache/debian.tar";
    private static readonly Lazy<string> s_seed = new(Make);

    /// <summary>BRIG_TEST_IMAGE names one to pull instead.</summary>
    public static string Name => s_pulled ?? "debian";

    public static void CopyInto(string root)
    {
        Directory.CreateDirectory(root);
        Host.Shell($"cp -al {s_seed.Value}/layers {s_seed.Value}/blobs {root}/ && cp -a {s_seed.Value}/brig.db* {root}/");
    }

    private static string Make()
    {
        if (!File.Exists(Archive))
        {
            Directory.CreateDirectory(Path.GetDirectoryName(Archive)!);
            Host.Shell($"mmdebstrap --variant=minbase bookworm {Archive}.new.tar && mv {Archive}.new.tar {Archive}", 600);
        }

        string seed = Host.Temporary("-seed");
        AppDomain.CurrentDomain.ProcessExit += (_, _) => Directory.Delete(seed, recursive: true);
        string[] root = ["--root", seed, "--run-root", seed + "/run"];
        using RunningCommand make = new(EngineRoot.Binary, s_pulled is null ? [.. root, "import", "-c", "CMD [\"bash\"]", Archive, Name] : [.. root, "run", "--rm", "--network", "none", s_pulled, "true"]);
        Outcome outcome = make.Wait(300);
        return outcome.ExitCode == 0 ? seed : throw new InvalidOperationException("base image: " + outcome);
    }
}
