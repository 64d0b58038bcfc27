using Brig.State;

namespace Brig.Cli.Tests.Commands;

/// <summary>A state root of a test's own.</summary>
internal sealed class TemporaryRoot : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("brig-cli-").FullName;

    public StateRoot State => new(Path.Combine(_folder, "root"), Path.Combine(_folder, "run"));

    public void Dispose() => Directory.Delete(_folder, recursive: true);
}
