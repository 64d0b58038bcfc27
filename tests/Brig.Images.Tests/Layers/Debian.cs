namespace Brig.Images.Tests.Layers;

/// <summary>A real Debian tree, made once for all tests of the machine.</summary>
internal static class Debian
{
    internal static string Archive()
    {
        const string folder = "/tmp/brig-test-cache";
        Directory.CreateDirectory(folder);
        Shell.Run("exec 9> essential.lock; flock 9; if ! [ -f essential.tar ]; then mmdebstrap --quiet --variant=essential bookworm $$.tar; mv $$.tar essential.tar; fi", folder);
        return Path.Combine(folder, "essential.tar");
    }
}
