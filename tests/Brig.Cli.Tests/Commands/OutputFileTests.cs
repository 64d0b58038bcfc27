using Brig.Cli.Commands.Images;

namespace Brig.Cli.Tests.Commands;

public sealed class OutputFileTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("brig-cli-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public void A_file_is_there_when_it_is_whole()
    {
        string path = Path.Combine(_folder, "a.tar");
        OutputFile.Write(path, stream => stream.Write("one"u8));
        Assert.Equal("one", File.ReadAllText(path));
        Assert.Throws<IOException>(() => OutputFile.Write(path, stream =>
        {
            stream.Write("two"u8);
            throw new IOException("full");
        }));
        Assert.Equal("one", File.ReadAllText(path));
        Assert.Single(Directory.GetFileSystemEntries(_folder));
    }

    [Fact]
    public void A_link_stays_and_its_target_is_written()
    {
        string path = Path.Combine(_folder, "link"), target = Path.Combine(_folder, "target");
        File.WriteAllText(target, "old");
        File.CreateSymbolicLink(path, target);
        OutputFile.Write(path, stream => stream.Write("new"u8));
        Assert.Equal("new", File.ReadAllText(target));
        Assert.NotNull(new FileInfo(path).LinkTarget);
    }

    [Fact]
    public void A_folder_that_is_not_there_is_named() =>
        Assert.Contains("does not exist", Assert.Throws<BrigException>(() => OutputFile.Write(Path.Combine(_folder, "x/y"), _ => { })).Message, StringComparison.Ordinal);

    [Fact]
    public void A_device_is_written_as_it_is() => OutputFile.Write("/dev/null", stream => stream.Write("x"u8));
}
