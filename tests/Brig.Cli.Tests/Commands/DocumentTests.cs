using System.Text.Json.Nodes;
using Brig.Cli.Commands.Images;
using Brig.Cli.Commands.System;
using Brig.Containers;
using Brig.Images;

namespace Brig.Cli.Tests.Commands;

public sealed class DocumentTests
{
    [Fact]
    public void An_image_is_inspected_as_by_Docker()
    {
        using TemporaryRoot root = new();
        using Engine engine = Engine.Open(root.State, TimeProvider.System);
        Image image = SampleImages.Make(["debian:12"], config: """{"Cmd":["bash"],"Env":["A=<1>"],"User":"","Labels":{}}""", history: """[{"created_by":"x","comment":"made"}]""");
        JsonObject document = ImageInspection.Of(image, engine);
        Assert.Equal(
            $$$"""{"Id":"{{{image.Id}}}","RepoTags":["debian:12"],"RepoDigests":[],"Parent":"","Comment":"made","Created":"2026-01-01T00:00:00Z","DockerVersion":"","Author":"","Config":{"Env":["A=<1>"],"Cmd":["bash"]},"Architecture":"amd64","Os":"linux","Size":123456789,"GraphDriver":{"Data":{},"Name":"overlay2"},"RootFS":{"Type":"layers","Layers":[]},"Metadata":{"LastTagTime":"0001-01-01T00:00:00Z"}}""",
            document.ToJsonString(new() { Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping }));
    }

    [Fact]
    public void Info_tells_the_host()
    {
        using TemporaryRoot root = new();
        using Engine engine = Engine.Open(root.State, TimeProvider.System);
        JsonObject info = InfoDocument.Of(engine, "1.2.3");
        Assert.Equal(File.ReadAllText("/proc/sys/kernel/osrelease").Trim(), info["KernelVersion"]!.GetValue<string>());
        Assert.True(info["MemTotal"]!.GetValue<long>() > 1 << 20);
        Assert.Contains("\n Server Version: 1.2.3\n", InfoCommand.Text(info), StringComparison.Ordinal);
        Assert.Contains($"\n Brig Root Dir: {root.State.Root}\n", InfoCommand.Text(info), StringComparison.Ordinal);
        Assert.Equal("0 overlay2\n", DocumentFormat.Write(info, "{{.Containers}} {{.Driver}}"));
    }

    [Fact]
    public void Both_sides_have_a_version()
    {
        JsonObject version = VersionCommand.Document("1.2.3");
        Assert.Equal("1.2.3 1.2.3\n", DocumentFormat.Write(version, "{{.Client.Version}} {{.Server.Version}}"));
        Assert.StartsWith("{\"Client\":{\"Version\":", DocumentFormat.Write(version, "json"), StringComparison.Ordinal);
    }
}
