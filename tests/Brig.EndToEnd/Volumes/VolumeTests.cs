using Brig.EndToEnd.Support;

namespace Brig.EndToEnd.Volumes;

/// <summary>The commands about volumes.</summary>
public sealed class VolumeTests(EngineRoot brig) : IClassFixture<EngineRoot>
{
    [Fact]
    public void A_volume_is_made_listed_inspected_used_and_removed()
    {
        Assert.Equal("data", brig.Do("volume", "create", "--label", "kind=test", "data"));
        Assert.Equal("data", brig.Do("volume", "create", "data"));
        Assert.Equal("local     data", brig.Do("volume", "ls", "--filter", "label=kind=test").Split('\n')[1]);
        Assert.Equal($"data test {brig.Path}/volumes/data/_data", brig.Do("volume", "inspect", "-f", "{{.Name}} {{index .Labels \"kind\"}} {{.Mountpoint}}", "data"));
        string name = brig.NewName();
        brig.Do("create", "--name", name, "-v", "data:/data", BaseImage.Name, "true");
        string id = brig.Inspect(name, "{{.Id}}");
        Outcome used = brig.Try("volume", "rm", "data");
        Assert.Equal((1, $"brig: remove data: volume is in use - [{id}]\n"), (used.ExitCode, used.Error));
        Assert.Equal("", brig.Do("volume", "ls", "-q", "--filter", "dangling=true", "--filter", "name=data"));
        brig.Do("rm", name);
        Assert.Equal("data", brig.Do("volume", "rm", "data"));
        Assert.False(Directory.Exists(brig.Path + "/volumes/data"));
        Outcome gone = brig.Try("volume", "rm", "data");
        Assert.Equal((1, "brig: get data: no such volume\n"), (gone.ExitCode, gone.Error));
        Assert.Equal("data", brig.Do("volume", "rm", "-f", "data"));
        Outcome missing = brig.Try("volume", "inspect", "data");
        Assert.Equal((1, "[]\n"), (missing.ExitCode, missing.Output));
    }

    [Fact]
    public void Prune_takes_anonymous_ones_and_with_a_all_that_nobody_uses()
    {
        brig.Do("volume", "create", "named");
        string anonymous = brig.Do("volume", "create");
        Assert.Equal(64, anonymous.Length);
        string name = brig.NewName();
        brig.Do("create", "--name", name, "-v", "/kept", BaseImage.Name, "true");
        File.WriteAllText($"{brig.Path}/volumes/{anonymous}/_data/file", new string('x', 5000));

        // No answer is a no.
        Assert.EndsWith("[y/N] ", brig.Try("volume", "prune").Output, StringComparison.Ordinal);
        Assert.Equal($"Deleted Volumes:\n{anonymous}\n\nTotal reclaimed space: 5kB", brig.Do("volume", "prune", "-f"));
        Assert.Equal("Deleted Volumes:\nnamed\n\nTotal reclaimed space: 0B", brig.Do("volume", "prune", "-af"));
        Assert.Single(brig.Do("volume", "ls", "-q").Split('\n'));
        brig.Do("rm", "-v", name);
        Assert.Equal("", brig.Do("volume", "ls", "-q"));
        Assert.Equal(0, brig.Try("system", "check").ExitCode);
    }
}
