using Brig.Images.Registry.Configuration;
using Brig.Oci;
using CsCheck;

namespace Brig.Images.Tests.Registry;

public sealed class ConfigurationTests : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("brig-conf-");

    public void Dispose() => _folder.Delete(recursive: true);

    [Fact]
    public void A_name_without_a_registry_means_what_the_files_say()
    {
        Assert.Equal(["debian:12"], Names(RegistryConfiguration.Empty.Candidates("debian:12")));
        RegistryConfiguration configuration = Read("""
            unqualified-search-registries = ["registry.example:5000", "docker.io"]
            short-name-mode = "permissive"
            [aliases]
            "fedora" = "registry.fedora.example/fedora"
            "team/app" = "quay.example/other/app"
            """);
        Assert.Equal(["registry.example:5000/debian:12", "debian:12"], Names(configuration.Candidates("debian:12")));
        Assert.Equal(["registry.fedora.example/fedora:40"], Names(configuration.Candidates("fedora:40")));
        Assert.Equal(["quay.example/other/app@" + s_digest], Names(configuration.Candidates("team/app@" + s_digest)));
        Assert.Equal(["fedora"], Names(configuration.Candidates("docker.io/library/fedora")));
        Assert.Equal(["ghcr.io/a/b"], Names(configuration.Candidates("ghcr.io/a/b")));
    }

    [Fact]
    public void Mirrors_come_first_and_prefixes_are_replaced()
    {
        RegistryConfiguration configuration = Read("""
            [[registry]]
            prefix = "docker.io"
            location = "docker.io"
            [[registry.mirror]]
            location = "mirror.example:5000/hub"
            insecure = true
            [[registry.mirror]]
            location = "digests.example"
            pull-from-mirror = "digest-only"
            [[registry.mirror]]
            location = "tags.example"
            pull-from-mirror = "tag-only"

            [[registry]]
            prefix = "docker.io/library/special"
            location = "special.example/here"

            [[registry]]
            prefix = "*.wild.example"
            insecure = true

            [[registry]]
            location = "digest.example"
            mirror-by-digest-only = true
            [[registry.mirror]]
            location = "copy.example/d"
            """);
        Assert.Equal(["mirror.example:5000/hub/library/debian:12 None", "tags.example/library/debian:12 Certificate", "debian:12 Certificate"], Sources(configuration, "debian:12"));
        Assert.Equal(["mirror.example:5000/hub/a/b@" + s_digest + " None", "digests.example/a/b@" + s_digest + " Certificate", "a/b@" + s_digest + " Certificate"], Sources(configuration, "a/b@" + s_digest));
        Assert.Equal(["special.example/here:1 Certificate"], Sources(configuration, "special:1"));
        Assert.Equal(["special.example/here/x:1 Certificate"], Sources(configuration, "docker.io/library/special/x:1"));
        Assert.Equal("mirror.example:5000/hub/library/specialised:1 None", Sources(configuration, "specialised:1")[0]);
        Assert.Equal(["a.b.wild.example/x:1 None"], Sources(configuration, "a.b.wild.example/x:1"));
        Assert.Equal(["wild.example/x:1 Certificate"], Sources(configuration, "wild.example/x:1"));
        Assert.Equal(["digest.example/x:1 Certificate"], Sources(configuration, "digest.example/x:1"));
        Assert.Equal(["copy.example/d/x@" + s_digest + " Certificate", "digest.example/x@" + s_digest + " Certificate"], Sources(configuration, "digest.example/x@" + s_digest));
        Assert.Equal(RegistryTrust.None, configuration.TrustOf("a.wild.example"));
        Assert.Equal("special.example/here:1", configuration.TargetOf(ImageReference.Parse("special:1")).Location.Familiar);
        Assert.Equal("debian:12", configuration.TargetOf(ImageReference.Parse("debian:12")).Location.Familiar);
    }

    [Fact]
    public void A_blocked_registry_is_asked_nothing_and_drop_ins_have_the_last_word()
    {
        string main = Write("registries.conf", "[[registry]]\nlocation = \"bad.example\"\nblocked = true\n[[registry]]\nlocation = \"other.example\"\ninsecure = true\n[aliases]\n\"x\" = \"a.example/x\"\n\"y\" = \"a.example/y\"\n");
        string dropIn = Write("10.conf", "[[registry]]\nlocation = \"other.example\"\n[aliases]\n\"x\" = \"\"\n");
        RegistryConfiguration configuration = RegistryConfigurationFiles.Read([main, Path.Combine(_folder.FullName, "none.conf"), dropIn]);
        BrigException error = Assert.Throws<BrigException>(() => configuration.SourcesOf(ImageReference.Parse("bad.example/x:1")));
        Assert.Equal("bad.example/x:1: registry bad.example is blocked in registries.conf", error.Message);
        Assert.Equal(["other.example/x:1 Certificate"], Sources(configuration, "other.example/x:1"));
        Assert.Equal(["x"], Names(configuration.Candidates("x")));
        Assert.Equal(["a.example/y"], Names(configuration.Candidates("y")));
    }

    [Theory]
    [InlineData("[[registry", "")]
    [InlineData("[[registry]]\ninsecure = true", "a [[registry]] without prefix and location")]
    [InlineData("[[registry]]\nprefix = \"https://x\"", "prefix \"https://x\" is no registry or repository")]
    [InlineData("[[registry]]\nlocation = \"x.example:1/\"", "prefix \"x.example:1/\" is no registry or repository")]
    [InlineData("[[registry]]\nlocation = \"x.example\"\n[[registry.mirror]]\ninsecure = true", "location \"\" is no registry or repository")]
    [InlineData("[[registry]]\nlocation = \"x.example\"\n[[registry.mirror]]\nlocation = \"y.example\"\npull-from-mirror = \"never\"", "pull-from-mirror = \"never\" (all, digest-only or tag-only)")]
    [InlineData("[aliases]\n\"a\" = \"B\"", "alias \"a\": \"B\" is no repository")]
    [InlineData("unqualified-search-registries = [\"a b\"]", "\"a b\" is no registry")]
    [InlineData("unqualified-search-registries = 5", "")]
    [InlineData("[registries.search]\nregistries = [\"docker.io\"]", "it is of version 1 ([registries.search] and the like), only version 2 is read (man 5 containers-registries.conf)")]
    public void What_cannot_be_is_one_line_with_the_file(string text, string reason)
    {
        BrigException error = Assert.Throws<BrigException>(() => Read(text));
        Assert.StartsWith($"read {_folder.FullName}/registries.conf: {reason}", error.Message, StringComparison.Ordinal);
        Assert.DoesNotContain('\n', error.Message);
    }

    [Fact]
    public void No_file_makes_the_reader_do_anything_but_read_or_refuse()
    {
        Gen<string> word = Gen.OneOf("[[registry]]\n", "[[registry.mirror]]\n", "prefix = ", "location = ", "\"a.example\"\n", "\"*.b\"\n", "insecure = true\n", "[aliases]\n", "\"x\" = ", "\"docker.io\"\n", "'", "\"", "\\u00", "[", "{", "}", "=", "\n", "\0", "é", "unqualified-search-registries = [\"c.d\"]\n");
        word.Array[0, 20].Sample(words =>
        {
            try
            {
                RegistryConfiguration configuration = Read(string.Concat(words));
                _ = configuration.Candidates("debian:12");
                _ = configuration.SourcesOf(ImageReference.Parse("a.example/x:1"));
            }
            catch (BrigException error)
            {
                Assert.DoesNotContain('\n', error.Message);
            }
        }, threads: 1, iter: 3000);
    }

    [Fact]
    public void The_file_of_the_distribution_is_read()
    {
        // Debian's golang-github-containers-common, which podman brings.
        RegistryConfiguration configuration = RegistryConfigurationFiles.Read(Directory.Exists("/etc/containers") ? Directory.GetFiles("/etc/containers", "*.conf", SearchOption.AllDirectories).Where(path => path.Contains("registries", StringComparison.Ordinal)) : []);
        Assert.Equal("docker.io/library/debian", configuration.Candidates("docker.io/library/debian")[0].Name);
    }

    private static readonly string s_digest = Digest.Sha256("x"u8).ToString();

    private RegistryConfiguration Read(string text) => RegistryConfigurationFiles.Read([Write("registries.conf", text)]);

    private string Write(string name, string text)
    {
        string path = Path.Combine(_folder.FullName, name);
        File.WriteAllText(path, text);
        return path;
    }

    private static string[] Names(IEnumerable<ImageReference> references) => [.. references.Select(reference => reference.Familiar)];

    private static string[] Sources(RegistryConfiguration configuration, string name) => [.. configuration.SourcesOf(ImageReference.Parse(name)).Select(source => $"{source.Location.Familiar} {source.Trust}")];
}
