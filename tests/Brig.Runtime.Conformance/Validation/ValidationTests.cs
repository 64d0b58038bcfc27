using Brig.Runtime.Conformance.Support;

namespace Brig.Runtime.Conformance.Validation;

/// <summary>Bundles that are not as the specification says.</summary>
public sealed class ValidationTests
{
    public static TheoryData<string, string> Wrong => new()
    {
        { "ociVersion", "\"\"" },
        { "ociVersion", "\"2.0.0\"" },
        { "ociVersion", "\"nonsense\"" },
        { "root.path", "\"\"" },
        { "process.cwd", "\"\"" },
        { "process.args", "[]" },
        { "process.user.uid", "-1" },
        { "process.user.uid", "\"root\"" },
        { "process.rlimits", """[{"type": "RLIMIT_NOSUCH", "soft": 1, "hard": 1}]""" },
        { "process.oomScoreAdj", "5000" },
        { "process.env", """["NOVALUE"]""" },
        { "mounts", """[{"type": "tmpfs"}]""" },
        { "mounts", "{}" },
        { "linux.namespaces", """[{"type": "nonsense"}]""" },
        { "linux.namespaces", """[{"type": "mount"}, {"type": "mount"}]""" },
        { "linux.devices", """[{"path": "dev/x", "type": "c", "major": 1, "minor": 3}]""" },
        { "linux.devices", """[{"path": "/dev/x", "type": "?", "major": 1, "minor": 3}]""" },
        { "linux.maskedPaths", """["relative"]""" },
        { "linux.readonlyPaths", """["relative"]""" },
        { "linux.rootfsPropagation", "\"nonsense\"" },
        { "linux.resources.cpu.shares", "\"many\"" },
        { "linux.seccomp.defaultAction", "\"SCMP_ACT_NOSUCH\"" },
        { "linux.personality.domain", "\"nonsense\"" },
        { "hooks.createRuntime", """[{"path": "relative"}]""" },
    };

    [Theory, MemberData(nameof(Wrong))]
    public void Brig_names_the_field(string field, string value)
    {
        Assert.SkipUnless(OciRuntime.All.ContainsKey("brig"), "only comparison runtimes were asked for");
        using TestContainer container = new("brig");
        string error = container.Set(field, value).RefusedToStart();
        Assert.Contains(field, error, StringComparison.OrdinalIgnoreCase);
        Assert.Single(error.TrimEnd('\n').Split('\n'));
    }

    [Clause("config.md#valid-values")]
    [EachRuntime("process.user.uid", "\"root\""), EachRuntime("mounts", "{}"), EachRuntime("linux.namespaces", """[{"type": "nonsense"}]"""), EachRuntime("ociVersion", "\"2.0.0\""), EachRuntime("process.args", "\"sh\"")]
    public void A_value_of_the_wrong_kind_is_refused(string runtime, string field, string value)
    {
        using TestContainer container = new(runtime);
        container.Set(field, value).RefusedToStart();
    }

    [Clause("config.md#extensibility"), EachRuntime]
    public void What_is_not_known_is_ignored(string runtime)
    {
        using TestContainer container = new(runtime);
        container.Set("unknown", """{"deep": [1, 2]}""").Set("process.unknown", "true").Set("linux.unknown", "\"x\"").Set("linux.resources.unknown", "{}").Set("windows", """{"layerFolders": []}""");
        Assert.Equal("fine", container.Run("echo fine"));
    }

    [Clause("config.md#specification-version")]
    [EachRuntime("1.0.0"), EachRuntime("1.0.2-dev"), EachRuntime("1.1.0"), EachRuntime("1.2.0"), EachRuntime("1.3.0")]
    public void Versions_of_the_same_major_number_are_accepted(string runtime, string version)
    {
        using TestContainer container = new(runtime);
        Assert.Equal("fine", container.Set("ociVersion", $"\"{version}\"").Run("echo fine"));
    }

    [Clause("bundle.md#container-format")]
    [EachRuntime(""), EachRuntime("{"), EachRuntime("null"), EachRuntime("[]"), EachRuntime("not json")]
    public void A_configuration_that_is_no_document_is_refused(string runtime, string text)
    {
        using TestContainer container = new(runtime);
        container.Write("config.json", text);
        container.Refused("create", "--bundle", container.Folder, container.Id);
    }

    [Clause("config.md#annotations"), EachRuntime]
    public void Annotations_that_are_no_strings_are_refused(string runtime)
    {
        using TestContainer container = new(runtime);
        container.Set("annotations", """{"a": 5}""").RefusedToStart();
    }

    [Clause("config.md#extensibility"), EachRuntime]
    public void A_bundle_whose_path_has_blanks_and_quotes_works(string runtime)
    {
        using TestContainer container = new(runtime);
        string place = Path.Combine(container.Folder, "a \"b\" ü");
        Directory.CreateDirectory(place);
        Directory.Move(container.Rootfs, Path.Combine(place, "rootfs"));
        container.Script("echo fine").Save();
        File.Move(Path.Combine(container.Folder, "config.json"), Path.Combine(place, "config.json"));
        Assert.Equal("fine", container.Do("run", "--bundle", place, container.Id).Line);
    }
}
