using System.Text;
using System.Text.Json;
using Brig.Oci.Images;
using CsCheck;

namespace Brig.Oci.Tests.Images;

public sealed class ImageDocumentsTests
{
    private const string Config = """
        {"architecture":"amd64","author":"A <a@b>","config":{"User":"1:2","ExposedPorts":{"80/tcp":{}},"Env":["PATH=/bin","A=b+c&d"],"Entrypoint":["/e"],"Cmd":["c"],
        "Healthcheck":{"Test":["CMD","x"],"Interval":30000000000,"Retries":3},"Volumes":{"/v":{}},"WorkingDir":"/w","Labels":{"l":"1"},"StopSignal":"SIGINT","Shell":["/bin/sh","-c"],"x-more":1},
        "container":"old","created":"2024-01-02T03:04:05.678901234Z","docker_version":"20","history":[{"created":"2024-01-02T03:04:05Z","created_by":"ADD","author":"a","comment":"c"},{"created_by":"CMD","empty_layer":true}],
        "os":"linux","rootfs":{"type":"layers","diff_ids":["sha256:e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"]},"variant":"v1","moby.x":[{"deep":[null]}]}
        """;

    [Fact]
    public void A_configuration_is_read_whatever_else_it_holds()
    {
        ImageConfig config = ImageDocuments.ParseConfig(Encoding.UTF8.GetBytes(Config));
        Assert.Equal(("amd64", "linux", "v1"), (config.Architecture, config.Os, config.Variant));
        Assert.Equal(["PATH=/bin", "A=b+c&d"], config.Config!.Env!);
        Assert.Equal("80/tcp", Assert.Single(config.Config.ExposedPorts!).Key);
        Assert.Equal(30_000_000_000, config.Config.Healthcheck!.Interval);
        Assert.Equal([false, true], config.History!.Select(step => step.EmptyLayer));
        Assert.Equal("sha256:e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855", Assert.Single(config.RootFs.DiffIds).ToString());
    }

    [Fact]
    public void What_Brig_writes_has_no_escapes_and_no_empty_members()
    {
        ImageConfig config = new()
        {
            Architecture = "amd64",
            Os = "linux",
            Created = new DateTimeOffset(2024, 1, 2, 3, 4, 5, TimeSpan.Zero),
            Config = new ExecutionConfig { Env = ["A=<b>+'c'&é"], Volumes = new Dictionary<string, EmptyObject> { ["/v"] = new() } },
            RootFs = new RootFilesystem { Type = "layers", DiffIds = [new DiffId(Digest.Sha256(""u8))] },
            History = [new History { CreatedBy = "x", EmptyLayer = true }],
        };
        Assert.Equal(
            """{"created":"2024-01-02T03:04:05+00:00","architecture":"amd64","os":"linux","config":{"Env":["A=<b>+'c'&é"],"Volumes":{"/v":{}}},"rootfs":{"type":"layers","diff_ids":["sha256:e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"]},"history":[{"created_by":"x","empty_layer":true}]}""",
            JsonSerializer.Serialize(config, ImageJson.Documents.ImageConfig));
    }

    [Theory]
    [InlineData("", "invalid image configuration: ")]
    [InlineData("null", "invalid image configuration: null")]
    [InlineData("{}", "invalid image configuration: ")]
    [InlineData("[]", "invalid image configuration: ")]
    [InlineData("""{"architecture":"amd64","os":"linux","rootfs":{"type":"layers","diff_ids":null}}""", "invalid image configuration: no rootfs.diff_ids")]
    [InlineData("""{"architecture":"amd64","os":"linux","rootfs":null}""", "invalid image configuration: ")]
    [InlineData("""{"architecture":"amd64","os":"linux","rootfs":{"type":"layers","diff_ids":["../x"]}}""", "invalid image configuration: ")]
    [InlineData("""{"architecture":"amd64","os":"linux","rootfs":{"type":"layers","diff_ids":[1]}}""", "invalid image configuration: ")]
    public void A_broken_configuration_is_one_line(string text, string expected)
    {
        BrigException error = Assert.Throws<BrigException>(() => ImageDocuments.ParseConfig(Encoding.UTF8.GetBytes(text)));
        Assert.StartsWith(expected, error.Message, StringComparison.Ordinal);
        Assert.DoesNotContain('\n', error.Message);
    }

    [Fact]
    public void A_damaged_document_is_read_or_refused_in_one_line()
    {
        byte[] good = Encoding.UTF8.GetBytes(Config);
        Gen.Select(Gen.Int[0, good.Length - 1], Gen.Byte).Sample((at, value) =>
        {
            byte[] bad = [.. good];
            bad[at] = value;
            Accept(() => ImageDocuments.ParseConfig(bad));
            Accept(() => ImageDocuments.ParseConfig(good.AsSpan(0, at)));
            Accept(() => ImageDocuments.ParseManifest(bad));
            Accept(() => ImageDocuments.ParseIndex(bad));
        });
    }

    private static void Accept(Action parse)
    {
        try
        {
            parse();
        }
        catch (BrigException error)
        {
            Assert.DoesNotContain('\n', error.Message);
        }
    }
}
