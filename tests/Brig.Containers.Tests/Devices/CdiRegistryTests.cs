using Brig.Containers.Devices;
using Brig.Oci;

namespace Brig.Containers.Tests.Devices;

/// <summary>Documents of the Container Device Interface as vendors write them.</summary>
public sealed class CdiRegistryTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("brig-cdi-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public void A_device_brings_what_its_document_says_and_what_it_says_of_all()
    {
        Write("a.yaml", """
            # comment
            cdiVersion: "0.6.0"
            kind: vendor.com/gpu
            containerEdits:
              env: [ALL=1]
            devices:
              - name: "0"
                containerEdits:
                  deviceNodes:
                    - {path: /dev/x, hostPath: /dev/null, permissions: rw}
                    - path: /dev/y
                      type: c
                      major: 7
                      minor: 8
                      fileMode: 0640
                  mounts:
                    - hostPath: /usr/lib
                      containerPath: /lib/vendor
                      options: [ro, nosuid, rbind, rslave]
                  additionalGids: [0, 44]
              - name: "1"
            """);
        DeviceGrant grant = Open().Find("vendor.com/gpu=0")!;
        Assert.Equal(["vendor.com/gpu=0"], grant.Names);
        Assert.Equal(grant.Names, grant.Guarded);
        Assert.Equal(["ALL=1"], grant.Environment);
        Assert.Equal([44u], grant.Groups);
        Assert.Equal([("/dev/x", 1u, 3u, "rw"), ("/dev/y", 7u, 8u, "rwm")], grant.Nodes.Select(node => (node.Path, node.Major, node.Minor, node.Permissions)));
        Assert.Equal(0x1A0u, grant.Nodes[1].FileMode);
        Assert.Equal(("/usr/lib", "/lib/vendor", true, "rslave"), (grant.Mounts[0].Source, grant.Mounts[0].Target, grant.Mounts[0].ReadOnly, grant.Mounts[0].Propagation));
        Assert.Equal(["nosuid"], grant.Mounts[0].Options);
        Assert.Equal(["vendor.com/gpu=0", "vendor.com/gpu=1"], Open().Find("vendor.com/gpu=*")!.Names);
        Assert.Equal(["vendor.com/gpu=0"], Open().Find("vendor.com/gpu")!.Names);
        Assert.Null(Open().Find("vendor.com/gpu=2"));
        Assert.Null(Open().Find("gpu"));
    }

    [Fact]
    public void Classes_and_permissions_stand_in_annotations()
    {
        Write("a.json", """{"cdiVersion":"0.6.0","kind":"v.com/c","devices":[{"name":"a","annotations":{"org.mobyproject.buildkit.device.class":"fast"},"containerEdits":{"env":["A=1"]}},{"name":"b","annotations":{"org.mobyproject.buildkit.device.class":"fast","org.mobyproject.buildkit.device.autoallow":"true"},"containerEdits":{"env":["B=1"]}}]}""");
        DeviceGrant grant = Open().Find("fast")!;
        Assert.Equal(["A=1", "B=1"], grant.Environment);
        Assert.Equal(["v.com/c=a"], grant.Guarded);
    }

    [Theory]
    [InlineData("""{"cdiVersion":"0.6.0","kind":"v.com/c","devices":[{"name":"a","containerEdits":{"hooks":[{"hookName":"createContainer","path":"/bin/x"}]}}]}""", "hooks, which are not supported")]
    [InlineData("""{"cdiVersion":"0.6.0","kind":"v.com/c","devices":[{"name":"a","containerEdits":{"deviceNodes":[{"path":"/dev/none-such"}]}}]}""", "no device of this machine")]
    public void What_cannot_be_given_is_refused(string document, string words)
    {
        Write("a.json", document);
        Assert.Contains(words, Assert.Throws<BrigException>(() => Open().Find("v.com/c=a")).Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("a.json", "{")]
    [InlineData("a.json", """{"cdiVersion":"0.6.0","kind":"v.com/c","devices":[],"surprise":1}""")]
    [InlineData("a.yaml", "kind: [a")]
    [InlineData("a.yaml", "kind: &x a\ncdiVersion: *x\n")]
    [InlineData("a.yaml", "")]
    public void A_document_that_cannot_be_read_is_named_when_its_device_is_missed(string name, string text)
    {
        Write(name, text);
        Assert.Null(Open().Find("v.com/c=a"));
        Assert.Contains(Path.Combine(_folder, name), Open().NotFound("v.com/c=a").Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Of_two_documents_the_later_folder_counts_and_in_one_folder_neither()
    {
        string document = """{"cdiVersion":"0.6.0","kind":"v.com/c","devices":[{"name":"a","containerEdits":{"env":["FROM=1"]}}]}""", later = Directory.CreateDirectory(Path.Combine(_folder, "later")).FullName;
        Write("a.json", document);
        File.WriteAllText(Path.Combine(later, "b.json"), document.Replace("FROM=1", "FROM=2", StringComparison.Ordinal));
        Assert.Equal(["FROM=2"], CdiRegistry.Open([_folder, later]).Find("v.com/c=a")!.Environment);
        Write("b.json", document);
        Assert.Contains("several documents", Assert.Throws<BrigException>(() => Open().Find("v.com/c=a")).Message, StringComparison.Ordinal);
    }

    private CdiRegistry Open() => CdiRegistry.Open([_folder]);

    private void Write(string name, string text) => File.WriteAllText(Path.Combine(_folder, name), text);
}
