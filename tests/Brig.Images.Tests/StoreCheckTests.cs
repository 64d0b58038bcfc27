using Brig.Images.Tests.Layers;
using Brig.Images.Tests.Support;

namespace Brig.Images.Tests;

/// <summary>What a check finds of a store that somebody or something changed, and what it can put right.</summary>
public sealed class StoreCheckTests : IDisposable
{
    private readonly TestStore _test = new();
    private readonly Image _image;
    private readonly string _tree, _blob;

    public StoreCheckTests()
    {
        _image = _test.Load(Entry.Archive(Entry.Directory("./"), Entry.Directory("d/"), Entry.File("d/a", "one"), Entry.File("b", "two"), Entry.Link("c", "b"), Entry.Symlink("l", "d")), Entry.Archive(Entry.File("top", "x")));
        _tree = _test.Store.Layers.PathOf(_image.Layers[0]);
        _blob = Path.Combine(_test.Root.Blobs, "sha256", _test.Store.Blobs.Of(_image.Layers[0])[0].Digest.Hex);
    }

    public void Dispose() => _test.Dispose();

    [Theory]
    [InlineData("rm d/a", "/d/a is missing")]
    [InlineData("rm -r d", "/d is missing")]
    [InlineData("echo > zz", "/zz does not belong to it")]
    [InlineData("printf 1ne > d/a; touch -d @512 d/a", "the content of /d/a changed")]
    [InlineData("echo longer > d/a", "the size of /d/a changed")]
    [InlineData("chmod 600 b", "the mode of /b changed")]
    [InlineData("chown 1 d", "the owner of /d changed")]
    [InlineData("touch b", "the time of /b changed")]
    [InlineData("setfattr -n user.x -v 1 d/a", "the attributes of /d/a changed")]
    [InlineData("cp -a b x; mv x b", "the hard links of /c changed")]
    [InlineData("rm l; echo > l", "the type of /l changed")]
    [InlineData("ln -sfn b l; touch -hd @512 l", "the content of /l changed")]
    [InlineData("rm ../index", "it has no index")]
    [InlineData("printf x >> ../index; truncate -s 30 ../index", "the index is damaged")]
    public void A_layer_that_changed_is_found_and_made_again(string change, string problem)
    {
        _test.AssertClean();
        string before = StoreFixture.Describe(_tree);
        Shell.Run(change, _tree);
        string found = Assert.Single(_test.Store.Check(CheckMode.Report), finding => !finding.Problem.Contains("recorded", StringComparison.Ordinal)).Problem;
        Assert.Equal($"layer {_image.Layers[0].Digest.Short} is damaged: {problem}", found);
        Assert.All(_test.Store.Check(CheckMode.Repair), finding => Assert.True(finding.Repaired));
        _test.AssertClean();
        Assert.Equal(before, StoreFixture.Describe(_tree));
    }

    [Fact]
    public void A_quick_check_sees_what_is_there_but_not_what_is_in_it()
    {
        Shell.Run("printf 1ne > d/a; touch -d @512 d/a", _tree);
        Assert.Empty(_test.Store.Check(CheckMode.Report, CheckDepth.Quick));
        Assert.Single(_test.Store.Check(CheckMode.Report, CheckDepth.Full));
        Shell.Run("rm b", _tree);
        Assert.Single(_test.Store.Check(CheckMode.Report, CheckDepth.Quick));
    }

    [Fact]
    public void A_damaged_blob_is_removed_and_without_it_a_layer_that_changed_is_told_to_be_pulled()
    {
        byte[] blob = File.ReadAllBytes(_blob);
        blob[^9] ^= 1;
        File.WriteAllBytes(_blob, blob);
        Assert.Empty(_test.Store.Check(CheckMode.Report, CheckDepth.Quick));
        Shell.Run("rm b", _tree);
        IReadOnlyList<CheckFinding> findings = _test.Store.Check(CheckMode.Repair);
        Assert.Equal($"blob {Path.GetFileName(_blob)[..12]} is damaged", findings[0].Problem);
        Assert.Contains("(remove the image and pull it again)", Assert.Single(findings, finding => !finding.Repaired).Problem, StringComparison.Ordinal);
        _test.Store.Remove(_image.Id.ToString(), new RemovalOptions());
        _test.AssertEmpty();
        _test.AssertClean();
    }

    [Fact]
    public void A_layer_that_is_gone_comes_back_from_its_blob_and_lost_rows_go()
    {
        Directory.Delete(Path.GetDirectoryName(_tree)!, recursive: true);
        _test.Database.Execute("INSERT INTO image_tags (name, image) VALUES ('docker.io/library/lost:1', 'sha256:00')");
        Assert.Equal(2, _test.Store.Check(CheckMode.Report).Count);
        Assert.All(_test.Store.Check(CheckMode.Repair), finding => Assert.True(finding.Repaired));
        _test.AssertClean();
        Assert.Equal("one", File.ReadAllText(Path.Combine(_tree, "d/a")));
    }
}
