using Brig.EndToEnd.Support;

namespace Brig.EndToEnd.Run;

/// <summary>Environment, working directory, user and command line of the program.</summary>
public sealed class EnvironmentTests(EngineRoot brig) : IClassFixture<EngineRoot>
{
    private string[] Lines(params string[] flags) => brig.Do(["run", "--rm", "--network", "none", .. flags]).Split('\n');

    [Fact]
    public void Variables_come_in_dockers_order()
    {
        string[] lines = Lines("--hostname", "box", "-e", "B=2", "-e", "A=1", "-e", "B=3", "-e", "EMPTY=", BaseImage.Name, "env");
        Assert.Equal(["PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin", "HOSTNAME=box", "B=3", "A=1", "EMPTY=", "HOME=/root"], lines);
    }

    [Fact]
    public void A_bare_name_is_taken_from_the_client_and_dropped_where_unset()
    {
        using RunningCommand run = new(EngineRoot.Binary,
            [.. brig.GlobalArguments, "run", "--rm", "--network", "none", "-e", "GIVEN", "-e", "NOT_GIVEN_ANYWHERE", BaseImage.Name, "env"],
            new Dictionary<string, string> { ["GIVEN"] = "from outside = ok" });
        string output = run.Wait().Output;
        Assert.Contains("\nGIVEN=from outside = ok\n", output, StringComparison.Ordinal);
        Assert.DoesNotContain("NOT_GIVEN_ANYWHERE", output, StringComparison.Ordinal);
        Assert.DoesNotContain("BRIG_", output, StringComparison.Ordinal);
    }

    [Fact]
    public void A_file_of_variables_is_read_as_it_is_and_flags_win()
    {
        string file = Host.Temporary(".env");
        File.WriteAllText(file, "# comment\nONE=\"quoted # kept\"\n\nTWO=file\nTHREE= spaced \n");
        string[] lines = Lines("--env-file", file, "-e", "TWO=flag", BaseImage.Name, "env");
        File.Delete(file);
        Assert.Contains("ONE=\"quoted # kept\"", lines);
        Assert.Contains("TWO=flag", lines);
        Assert.DoesNotContain("TWO=file", lines);
        Assert.Contains("THREE= spaced ", lines);
    }

    [Fact]
    public void A_missing_working_directory_is_made()
    {
        Assert.Equal(["/made/by/w", "755 0:0"], Lines("-w", "/made/by/w", BaseImage.Name, "sh", "-c", "pwd; stat -c '%a %u:%g' ."));
    }

    [Theory]
    [InlineData("daemon", "1 1 1", "/usr/sbin")]
    [InlineData("1", "1 1 1", "/usr/sbin")]
    [InlineData("4242", "4242 0 0", "/")]
    [InlineData("4242:77", "4242 77 77", "/")]
    [InlineData("daemon:adm", "1 4 4", "/usr/sbin")]
    [InlineData("0", "0 0 0", "/root")]
    public void The_user_is_looked_up_in_the_container(string user, string ids, string home)
    {
        Assert.Equal([ids, home], Lines("-u", user, BaseImage.Name, "sh", "-c", "echo $(id -u) $(id -g) $(id -G); echo $HOME"));
    }

    [Fact]
    public void Groups_can_be_added()
    {
        Assert.Equal(["0 4 999"], Lines("--group-add", "adm", "--group-add", "999", "-u", "0:0", BaseImage.Name, "id", "-G"));
    }

    [Fact]
    public void An_entrypoint_takes_the_place_of_the_images_and_of_its_command()
    {
        Assert.Equal(["a b"], Lines("--entrypoint", "/bin/echo", BaseImage.Name, "a", "b"));
        Assert.Equal([""], Lines("--entrypoint", "/bin/echo", BaseImage.Name));
        Assert.Equal(["plain"], Lines("--entrypoint", "", BaseImage.Name, "echo", "plain"));
    }

    [Fact]
    public void The_hostname_is_the_short_ID_or_what_was_given()
    {
        Assert.Equal(["box", "box"], Lines("--hostname", "box", BaseImage.Name, "sh", "-c", "hostname; cat /etc/hostname"));
        string file = Host.Temporary(".cid");
        string[] lines = Lines("--cidfile", file, BaseImage.Name, "hostname");
        string id = File.ReadAllText(file);
        File.Delete(file);
        Assert.Matches("^[0-9a-f]{64}$", id);
        Assert.Equal([id[..12]], lines);
    }

    [Fact]
    public void A_cidfile_that_exists_is_refused()
    {
        string file = Host.Temporary(".cid");
        File.WriteAllText(file, "old");
        Outcome outcome = brig.Run("true", "--cidfile", file);
        Assert.Equal("old", File.ReadAllText(file));
        File.Delete(file);
        Assert.Equal(125, outcome.ExitCode);
        Assert.Contains("container ID file found", outcome.Error, StringComparison.Ordinal);
    }

    [Fact]
    public void A_name_that_is_taken_is_refused_in_dockers_words()
    {
        string name = brig.NewName("taken");
        string id = brig.Do("create", "--name", name, BaseImage.Name, "true");
        Outcome outcome = brig.Run("true", "--name", name);
        Assert.Equal(125, outcome.ExitCode);
        Assert.Contains($"Conflict. The container name \"/{name}\" is already in use by container \"{id}\". You have to remove (or rename) that container to be able to reuse that name.", outcome.Error, StringComparison.Ordinal);
        brig.Do("rm", name);
    }
}
