using Brig.EndToEnd.Support;

namespace Brig.EndToEnd.Lifecycle;

/// <summary>Files copied into containers and out of them.</summary>
public sealed class CopyTests(EngineRoot brig) : IClassFixture<EngineRoot>
{
    private readonly string _folder = Directory.CreateDirectory(Path.Combine(brig.Path, "copies-" + Guid.NewGuid().ToString("N")[..8])).FullName;

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Files_and_trees_go_in_and_come_out(bool running)
    {
        string name = brig.NewName();
        brig.Do("create", "--name", name, "--network", "none", "-v", "/volume", BaseImage.Name, "sleep", "1000");
        if (running)
        {
            brig.Do("start", name);
        }

        Host.Shell($"cd {_folder}; mkdir -p tree/inner; echo one > tree/one; echo two > tree/inner/two; ln -s one tree/link; chown 1234:5678 tree/one; chmod 4750 tree/one; touch -d 2001-02-03 tree/one");
        Outcome said = brig.Try("cp", _folder + "/tree", name + ":/srv");
        Assert.Equal((0, "", $"Successfully copied 8B to {name}:/srv\n"), (said.ExitCode, said.Output, said.Error));
        brig.Do("cp", "-a", _folder + "/tree/.", name + ":/srv/new");
        brig.Do("cp", _folder + "/tree/one", name + ":/volume/");
        brig.Do("cp", _folder + "/tree/one", name + ":/etc/passwd-copy");
        brig.Do("start", name);
        Assert.Equal("0:0 4750 one 2001\n1234:5678 4750 one 2001\ntwo\none\none\none", brig.Do("exec", name, "sh", "-c",
            "stat -c '%u:%g %a' /srv/tree/one | tr '\\n' ' '; cat /srv/tree/link | tr '\\n' ' '; date -r /srv/tree/one +%Y; stat -c '%u:%g %a' /srv/new/one | tr '\\n' ' '; cat /srv/new/link | tr '\\n' ' '; date -r /srv/new/one +%Y; cat /srv/tree/inner/two /volume/one /etc/passwd-copy; readlink /srv/tree/link"));
        if (!running)
        {
            brig.Do("stop", "-t", "0", name);
        }

        brig.Do("cp", name + ":/srv/tree", _folder + "/out");
        brig.Do("cp", name + ":/srv/tree", _folder + "/out");
        brig.Do("cp", name + ":srv/tree/link", _folder + "/link");
        brig.Do("cp", "-L", name + ":/srv/tree/link", _folder + "/file");
        brig.Do("cp", name + ":/volume/one", _folder);
        Assert.Equal("two two one one one", Host.Shell($"cd {_folder}; cat out/inner/two out/tree/inner/two file one | tr '\\n' ' '; readlink link"));
        brig.Do("rm", "-f", "-v", name);
    }

    [Fact]
    public void What_cannot_be_copied_is_said_in_one_line()
    {
        string name = brig.NewName();
        brig.Do("create", "--name", name, "-v", $"{_folder}:/bound:ro", BaseImage.Name, "true");
        File.WriteAllText(_folder + "/file", "x");
        Refused("Could not find the file /no/such/file", name + ":/no/such/file", _folder);
        Refused("destination directory", _folder + "/file", name + ":/nowhere/");
        Refused("cannot copy directory", _folder, name + ":/etc/passwd");
        Refused("read-only file system", _folder + "/file", name + ":/bound/other");
        Refused("copying between containers is not supported", name + ":/a", name + ":/b");
        Refused("must specify at least one container source", _folder, _folder + "/x");
        Refused("No such container: nobody", "nobody:/a", _folder);
        brig.Do("rm", name);

        void Refused(string words, string from, string to)
        {
            Outcome outcome = brig.Try("cp", from, to);
            Assert.True(outcome.ExitCode == 1 && outcome.Error.TrimEnd('\n').Split('\n').Length == 1 && outcome.Error.Contains(words, StringComparison.Ordinal), outcome.ToString());
        }
    }

    [Fact]
    public void A_link_in_the_container_leads_nowhere_outside()
    {
        string name = brig.NewName();
        File.WriteAllText(_folder + "/file", "evil");
        string outside = _folder + "/outside";
        Directory.CreateDirectory(outside);
        brig.Do("run", "--name", name, "--network", "none", BaseImage.Name, "sh", "-c", $"ln -s {outside} /door; ln -s ../../../../../..{outside}/made /dangling; ln -s /etc/shadow /secret");
        Assert.Equal(1, brig.Try("cp", _folder + "/file", name + ":/door/made").ExitCode);
        brig.Try("cp", _folder + "/file", name + ":/dangling");
        Assert.Empty(Directory.GetFileSystemEntries(outside));
        brig.Do("cp", "-L", name + ":/secret", _folder + "/secret");
        Assert.NotEqual(File.ReadAllText("/etc/shadow"), File.ReadAllText(_folder + "/secret"));
        brig.Do("rm", name);
    }

    [Fact]
    public void Nobody_starts_it_meanwhile_and_nothing_is_mounted_for_others()
    {
        string name = brig.NewName();
        brig.Do("create", "--name", name, "--network", "none", BaseImage.Name, "true");
        using FileStream big = new(_folder + "/big", FileMode.Create);
        big.SetLength(300 << 20);
        using RunningCommand copy = brig.Start("cp", _folder + "/big", name + ":/big");
        Assert.True(Host.Eventually(() => copy.HasExited || File.Exists($"{brig.Path}/containers/{brig.Inspect(name, "{{.Id}}")}/upper/big")));
        Assert.DoesNotContain(brig.Path, File.ReadAllText("/proc/self/mountinfo"), StringComparison.Ordinal);
        brig.Do("start", "-a", name);
        Assert.True(copy.HasExited);
        Assert.Equal(0, copy.Wait().ExitCode);
        brig.Do("rm", name);
    }
}
