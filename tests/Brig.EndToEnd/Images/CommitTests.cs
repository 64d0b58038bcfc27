using System.Globalization;
using System.Text.Json;
using Brig.EndToEnd.Support;

namespace Brig.EndToEnd.Images;

/// <summary>Containers made into images and archives.</summary>
public sealed class CommitTests(EngineRoot brig) : IClassFixture<EngineRoot>
{
    [Fact]
    public void A_commit_has_what_the_container_changed_and_its_configuration_with_the_changes_over_it()
    {
        string name = brig.NewName();
        brig.Do("run", "--name", name, "--network", "none", "-e", "A=1", "-e", "B=2", "-l", "kind=test", "-w", "/srv", "-u", "root", "-v", "/data", BaseImage.Name, "sh", "-c",
            "echo new > /srv/new; ln /srv/new /srv/linked; rm -r /usr/share/doc; mkdir /usr/share/doc; echo v > /data/in-volume; chmod 4755 /srv/new");
        string id = brig.Do("commit", "-a", "me", "-m", "words", "-c", "ENV B=3", "-c", "CMD [\"cat\", \"/srv/new\"]", "-c", "EXPOSE 80", name, "made:1");
        Assert.Equal("new", brig.Do("run", "--rm", "--network", "none", "made:1"));
        Assert.Equal("4755 2", brig.Do("run", "--rm", "--network", "none", "made:1", "stat", "-c", "%a %h", "/srv/new"));
        Assert.Equal("", brig.Do("run", "--rm", "--network", "none", "made:1", "ls", "-A", "/usr/share/doc"));
        using JsonDocument config = JsonDocument.Parse(brig.Inspect("made:1", "{{json .Config}}"));
        Assert.Equal(["A=1", "B=3"], config.RootElement.GetProperty("Env").EnumerateArray().Select(entry => entry.GetString()!).Where(entry => entry[1] == '='));
        Assert.Equal(("/srv", "test"), (config.RootElement.GetProperty("WorkingDir").GetString(), config.RootElement.GetProperty("Labels").GetProperty("kind").GetString()));
        Assert.True(config.RootElement.GetProperty("ExposedPorts").TryGetProperty("80/tcp", out _));
        Assert.Equal($"{id} me words", brig.Inspect("made:1", "{{.Id}} {{.Author}} {{.Comment}}"));

        // Nothing that the engine itself put into the container is in the layer.
        Assert.Contains("no layer of the image has it", brig.Try("image", "why", "made:1", "/data/in-volume").Error, StringComparison.Ordinal);
        Assert.DoesNotContain("2", brig.Try("image", "why", "--format", "{{.Layer}}", "made:1", "/etc/hosts").Output, StringComparison.Ordinal);
        Assert.Equal("2 hides\n1 adds", brig.Do("image", "why", "--format", "{{.Layer}} {{.Action}}", "made:1", "/usr/share/doc/bash/copyright"));
        Assert.Equal("everything is in order", brig.Do("system", "check"));
    }

    [Fact]
    public void A_running_container_stands_still_while_it_is_read_and_goes_on_after_it()
    {
        // Both files always hold the same number; only a stop between the two writes shows another one.
        string name = brig.NewName();
        brig.Do("run", "-d", "--name", name, "--network", "none", BaseImage.Name, "sh", "-c", "i=0; while :; do i=$((i+1)); echo $i > /new; mv /new /one; echo $i > /new; mv /new /two; done");
        Assert.True(Host.Eventually(() => brig.Try("exec", name, "test", "-s", "/two").ExitCode == 0, 30));
        brig.Do("commit", name, "moment");
        string[] numbers = brig.Do("run", "--rm", "--network", "none", "moment", "cat", "/one", "/two").Split('\n');
        Assert.InRange(int.Parse(numbers[0], CultureInfo.InvariantCulture) - int.Parse(numbers[1], CultureInfo.InvariantCulture), 0, 1);
        string before = brig.Do("exec", name, "cat", "/one");
        Assert.True(Host.Eventually(() => brig.Try("exec", name, "cat", "/one").Line is { Length: > 0 } now && now != before, 30), "the container does not go on");
        brig.Do("rm", "-f", name);
    }

    [Fact]
    public void An_export_is_the_flat_file_system_and_comes_back_as_an_image()
    {
        string name = brig.NewName(), file = Host.Temporary() + ".tar";
        try
        {
            brig.Do("run", "-d", "--name", name, "--network", "none", "-v", "/data", BaseImage.Name, "sh", "-c", "rm /etc/debian_version; echo x > /data/x; echo w > /.wh.odd; sleep 1000");
            Assert.True(Host.Eventually(() => brig.Try("exec", name, "test", "-e", "/.wh.odd").ExitCode == 0, 30));
            brig.Do("export", "-o", file, name);
            string names = Host.Shell($"tar -tf {file}");
            Assert.DoesNotContain("debian_version", names, StringComparison.Ordinal);
            Assert.DoesNotContain("data/x", names, StringComparison.Ordinal);
            Assert.Contains("\ndata/\n", names, StringComparison.Ordinal);
            Assert.Contains("\n.wh.odd\n", names, StringComparison.Ordinal);
            brig.Do("rm", "-f", name);
            Host.Shell($"tar --delete -f {file} .wh.odd");
            brig.Do("import", "-m", "back", "-c", "CMD [\"true\"]", file, "back");
            brig.Do("run", "--rm", "--network", "none", "back");
            Assert.Equal("back", brig.Do("history", "--format", "{{.Comment}}", "back"));
        }
        finally
        {
            File.Delete(file);
        }
    }

    [Fact]
    public void What_df_says_is_what_du_says()
    {
        string name = brig.NewName();
        brig.Do("run", "--name", name, "--network", "none", "-v", "things:/data", BaseImage.Name, "sh", "-c", "head -c 3000000 /dev/urandom > /big; head -c 5000 /dev/urandom > /data/little");
        brig.Do("commit", name, "bigger");
        string[] rows = brig.Do("system", "df", "-b", "--format", "{{.Type}} {{.Size}}").Split('\n');
        long[] sizes = [.. rows.Select(row => long.Parse(row[(row.LastIndexOf(' ') + 1)..], CultureInfo.InvariantCulture))];
        Assert.Equal(Du("layers/* blobs/sha256/*"), sizes[0] + sizes[3]);
        Assert.Equal((Du("containers/*"), Du("volumes/*")), (sizes[1], sizes[2]));
        string all = brig.Do("system", "df", "-v", "-b");
        string layer = brig.Do("image", "layers", "-q", "bigger").Split('\n')[1];
        string whole = brig.Do("image", "layers", "-q", "--no-trunc", "bigger").Split('\n')[1];
        Assert.Contains($"{layer}   {Du("layers/" + whole[7..])}", all, StringComparison.Ordinal);
        Assert.Contains("bigger:latest, ", all.Split('\n').Single(line => line.Contains(", ", StringComparison.Ordinal) && line.Contains(BaseImage.Name, StringComparison.Ordinal)), StringComparison.Ordinal);

        // What removing gives back is what was said.
        long before = Du("layers blobs");
        brig.Do("rmi", "bigger");
        brig.Do("rm", "-v", name);
        Assert.InRange(before - Du("layers blobs"), 3_000_000, 3_200_000);
    }

    [Fact]
    public void Prune_asks_and_takes_what_its_filters_leave_it()
    {
        string name = brig.NewName();
        brig.Do("create", "--name", name, "--network", "none", BaseImage.Name, "true");
        brig.Do("commit", "-c", "LABEL keep=yes", name, "kept");
        string gone = brig.Do("commit", name);
        brig.Do("rm", name);
        Assert.EndsWith("Are you sure you want to continue? [y/N]", brig.Do("image", "prune").TrimEnd(), StringComparison.Ordinal);
        Assert.Contains("deleted: " + gone, brig.Do("image", "prune", "-f"), StringComparison.Ordinal);
        Assert.DoesNotContain("kept", brig.Do("image", "prune", "-af", "--filter", "label!=keep", "--filter", "until=1h"), StringComparison.Ordinal);
        Assert.Contains("untagged: kept:latest", brig.Do("image", "prune", "-af", "--filter", "label=keep=yes"), StringComparison.Ordinal);
        Assert.Equal("", brig.Try("images", "-q", "kept").Line);
        Assert.Equal("everything is in order", brig.Do("system", "check", "--quick"));
    }

    private long Du(string what) => long.Parse(Host.Shell($"cd {brig.Path} && du -sc --block-size=1 {what} | tail -1 | cut -f1"), CultureInfo.InvariantCulture);
}
