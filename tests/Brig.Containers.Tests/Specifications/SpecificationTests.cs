using Brig.Containers.Specifications;
using Brig.Oci;
using Brig.Oci.Images;

namespace Brig.Containers.Tests.Specifications;

/// <summary>What the user asked for over what the image says.</summary>
public sealed class SpecificationTests
{
    private static readonly Digest s_id = Digest.Sha256("image"u8);

    [Theory]
    [InlineData(null, null, "entry default")]
    [InlineData(null, "given", "entry given")]
    [InlineData("other", null, "other")]
    [InlineData("other", "given", "other given")]
    [InlineData("", "given", "given")]
    public void Entrypoint_and_command_come_together_as_in_Docker(string? entrypoint, string? command, string expected)
    {
        ContainerSpecification request = new() { Image = "x", Entrypoint = entrypoint is null ? null : [entrypoint], Command = command is null ? [] : [command] };
        Assert.Equal(expected, string.Join(' ', request.Over(s_id, Image(["entry"], ["default"])).Arguments));
    }

    [Fact]
    public void Nothing_to_run_is_refused()
    {
        Assert.Equal("no command specified", Assert.Throws<BrigException>(() => new ContainerSpecification { Image = "x" }.Over(s_id, Image(null, null))).Message);
        Assert.Throws<BrigException>(() => new ContainerSpecification { Image = "x", Entrypoint = [""] }.Over(s_id, Image(["entry"], ["default"])));
    }

    [Fact]
    public void The_users_words_win_and_the_rest_is_the_images()
    {
        ContainerSpecification merged = new ContainerSpecification { Image = "x", Environment = ["B=2", "C"], Labels = new Dictionary<string, string> { ["l"] = "user" } }.Over(s_id, Image(["run"], null) with
        {
            Config = new ExecutionConfig
            {
                Entrypoint = ["run"],
                Env = ["A=1", "B=1", "C=1"],
                User = "www",
                WorkingDir = "/srv",
                StopSignal = "SIGINT",
                Labels = new Dictionary<string, string> { ["l"] = "image", ["m"] = "image" },
                Volumes = new Dictionary<string, EmptyObject> { ["/data"] = new() },
            },
        });
        Assert.Equal(["A=1", "B=2"], merged.Environment);
        Assert.Equal(("www", "/srv", "SIGINT"), (merged.User, merged.WorkingDirectory, merged.StopSignal));
        Assert.Equal(("user", "image"), (merged.Labels["l"], merged.Labels["m"]));
        Assert.Equal("/data", Assert.Single(merged.Mounts).Target);
    }

    [Fact]
    public void A_mount_at_a_volumes_place_takes_it()
    {
        ContainerSpecification request = new() { Image = "x", Mounts = [new MountRequest { Kind = MountKind.Bind, Source = "/tmp", Target = "/data/" }] };
        ImageConfig image = Image(["run"], null) with { Config = new ExecutionConfig { Entrypoint = ["run"], Volumes = new Dictionary<string, EmptyObject> { ["/data"] = new() } } };
        Assert.Equal(MountKind.Bind, Assert.Single(request.Over(s_id, image).Mounts).Kind);
    }

    private static ImageConfig Image(string[]? entrypoint, string[]? command) => new()
    {
        Architecture = "amd64",
        Os = "linux",
        RootFs = new RootFilesystem { Type = "layers", DiffIds = [] },
        Config = new ExecutionConfig { Entrypoint = entrypoint, Cmd = command },
    };
}
