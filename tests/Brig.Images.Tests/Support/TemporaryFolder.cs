namespace Brig.Images.Tests.Support;

internal sealed class TemporaryFolder : IDisposable
{
    internal string Path { get; } = Directory.CreateTempSubdirectory("brig-test-").FullName;

    public void Dispose() => Directory.Delete(Path, recursive: true);
}
