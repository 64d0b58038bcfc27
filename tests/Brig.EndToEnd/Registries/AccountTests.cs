using Brig.EndToEnd.Support;

namespace Brig.EndToEnd.Registries;

/// <summary>Registries that ask who is there, and what a user does at them.</summary>
public sealed class AccountTests(EngineRoot brig) : IClassFixture<EngineRoot>
{
    [Fact]
    public void A_login_opens_a_registry_until_the_logout()
    {
        using LocalRegistry registry = LocalRegistry.Guarded(brig.Path + "/guarded");
        string config = brig.Path + "/docker", name = $"{registry.Address}/team/debian:1";
        brig.Do("tag", BaseImage.Name, name);
        Outcome refused = Try(config, null, "push", name);
        Assert.Equal(1, refused.ExitCode);
        Assert.Contains($"push access denied for {registry.Address}/team/debian: requested access to the resource is denied (brig login {registry.Address})", refused.Error, StringComparison.Ordinal);

        Assert.Contains("unauthorized: incorrect username or password", Try(config, "wrong\n", "login", "-u", "me", "--password-stdin", registry.Address).Error, StringComparison.Ordinal);
        Outcome login = Try(config, "secret\n", "login", "-u", "me", "--password-stdin", registry.Address);
        Assert.Equal((0, "Login Succeeded"), (login.ExitCode, login.Line));
        Assert.Contains($"WARNING! Your credentials are stored unencrypted in '{config}/config.json'.", login.Error, StringComparison.Ordinal);
        Assert.Equal(0, Try(config, null, "push", name).ExitCode);
        Outcome insecure = Try(config, null, "login", "-u", "me", "-p", "secret", registry.Address);
        Assert.Equal(0, insecure.ExitCode);
        Assert.StartsWith("WARNING! Using --password via the CLI is insecure. Use --password-stdin.\n", insecure.Error, StringComparison.Ordinal);
        Assert.Contains("Authenticating with existing credentials... [Username: me]", Try(config, null, "login", registry.Address).Output, StringComparison.Ordinal);

        Assert.Equal($"Removing login credentials for {registry.Address}", Try(config, null, "logout", registry.Address).Line);
        Assert.Equal($"Not logged in to {registry.Address}", Try(config, null, "logout", registry.Address).Line);
        Assert.Equal(1, Try(config, null, "pull", name).ExitCode);
        Assert.Contains("Cannot perform an interactive login from a non TTY device", Try(config, null, "login", registry.Address).Error, StringComparison.Ordinal);
        Assert.Contains("Must provide --username with --password-stdin", Try(config, "x", "login", "--password-stdin", registry.Address).Error, StringComparison.Ordinal);
    }

    [Fact]
    public void A_person_is_asked_for_name_and_password()
    {
        using LocalRegistry registry = LocalRegistry.Guarded(brig.Path + "/asking");
        using PseudoTerminal terminal = new();
        string before = terminal.Settings;
        terminal.Start(brig, $"login {registry.Address}", $"DOCKER_CONFIG={brig.Path}/docker-asked");
        Assert.True(terminal.Shows("Username: "), terminal.Screen);
        terminal.Type("me\r");
        Assert.True(terminal.Shows("Password: "), terminal.Screen);
        terminal.Type("secret\r");
        Assert.True(terminal.Shows("Login Succeeded"), terminal.Screen);
        Assert.Equal(0, terminal.Wait().ExitCode);
        Assert.DoesNotContain("secret", terminal.Screen, StringComparison.Ordinal);
        Assert.Equal(before, terminal.Settings);
    }

    [Fact]
    public void All_tags_come_and_go_and_a_list_of_manifests_is_put_together()
    {
        using LocalRegistry registry = new(brig.Path + "/open");
        string repository = $"{registry.Address}/many", config = brig.Path + "/docker-none";
        brig.Do("tag", BaseImage.Name, repository + ":1");
        brig.Do("tag", BaseImage.Name, repository + ":2");
        Assert.Contains("2: digest: sha256:", brig.Do("push", "-a", repository), StringComparison.Ordinal);
        Assert.Equal(["1", "2"], brig.Do("registry", "tags", repository).Split('\n').Order(StringComparer.Ordinal)); // in the registry's order
        brig.Do("rmi", repository + ":1", repository + ":2");
        string pulled = brig.Do("pull", "-a", repository);
        Assert.Contains($"1: Pulling from many", pulled, StringComparison.Ordinal);
        Assert.Contains($"Status: Downloaded newer image for {repository}:1", pulled, StringComparison.Ordinal);
        Assert.EndsWith("\n" + repository, pulled, StringComparison.Ordinal);
        Assert.Equal(2, brig.Do("images", "--format", "{{.Repository}}:{{.Tag}}", "-f", $"reference={repository}").Split('\n').Length);
        Assert.Contains("└─ linux/", brig.Do("images", "--tree"), StringComparison.Ordinal);

        string list = $"{registry.Address}/list:1";
        Assert.Equal($"Created manifest list {list}", brig.Do("manifest", "create", list, repository + ":1"));
        brig.Do("manifest", "annotate", "--variant", "v2", list, repository + ":1");
        Assert.Contains("\"variant\": \"v2\"", brig.Do("manifest", "inspect", list), StringComparison.Ordinal);
        string[] pushed = brig.Do("manifest", "push", "-p", list).Split('\n');
        Assert.StartsWith($"Pushed ref {registry.Address}/list@sha256:", pushed[0], StringComparison.Ordinal);
        Assert.Matches("^sha256:[0-9a-f]{64}$", pushed[1]);
        Assert.Contains("\"schemaVersion\": 2", brig.Do("manifest", "inspect", "-v", repository + ":2"), StringComparison.Ordinal);
        Assert.Contains("No such manifest: " + list, brig.Try("manifest", "rm", list).Error, StringComparison.Ordinal);

        Assert.Contains($"{registry.Address}/list", brig.Do("search", $"{registry.Address}/list"), StringComparison.Ordinal);
        Assert.StartsWith($"Deleted: {repository}@sha256:", brig.Do("registry", "rm", repository + ":1"), StringComparison.Ordinal);
        Assert.Equal(0, Try(config, null, "system", "check").ExitCode);
    }

    [Fact]
    public void A_mirror_and_an_alias_come_from_registries_conf()
    {
        using LocalRegistry registry = new(brig.Path + "/mirror");
        string stored = $"{registry.Address}/hub/library/debian:mirrored", conf = brig.Path + "/registries.conf";
        brig.Do("tag", BaseImage.Name, stored);
        brig.Do("push", "-q", stored);
        brig.Do("rmi", stored);
        File.WriteAllText(conf, $"""
            [[registry]]
            location = "docker.io"
            [[registry.mirror]]
            location = "{registry.Address}/hub"
            [[registry]]
            location = "bad.example"
            blocked = true
            [aliases]
            "short" = "docker.io/library/debian"
            """);
        Dictionary<string, string> environment = new() { ["CONTAINERS_REGISTRIES_CONF"] = conf };
        Assert.Equal((0, "docker.io/library/debian:mirrored"), With(environment, "pull", "-q", "short:mirrored"));
        Assert.Equal((0, "works"), With(environment, "run", "--rm", "--network", "none", "short:mirrored", "echo", "works"));
        Assert.Equal(1, With(environment, "pull", "bad.example/x").Code);
        Assert.Equal(0, With(environment, "rmi", "short:mirrored").Code);
    }

    private (int Code, string Line) With(Dictionary<string, string> environment, params string[] arguments)
    {
        using RunningCommand command = new(EngineRoot.Binary, [.. brig.GlobalArguments, .. arguments], environment);
        command.EndInput();
        Outcome outcome = command.Wait(60);
        return (outcome.ExitCode, outcome.Line);
    }

    /// <summary>A command with a Docker configuration of its own and something to read.</summary>
    private Outcome Try(string config, string? input, params string[] arguments)
    {
        using RunningCommand command = new(EngineRoot.Binary, [.. brig.GlobalArguments, .. arguments], new Dictionary<string, string> { ["DOCKER_CONFIG"] = config });
        try
        {
            command.Input.Write(System.Text.Encoding.UTF8.GetBytes(input ?? ""));
        }
        catch (IOException)
        {
            // It refused the command before it read anything.
        }

        command.EndInput();
        return command.Wait(60);
    }
}
