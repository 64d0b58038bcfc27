using Brig.Cli.Commands.Images;
using Brig.Cli.Tables;
using Brig.Images;

namespace Brig.Cli.Tests.Commands;

public sealed class ImageListTests
{
    private const string Sum = "sha256:1111111111111111111111111111111111111111111111111111111111111111";
    private static readonly Image Debian = SampleImages.Make(["debian:12", "debian:latest"], ["debian@" + Sum]);
    private static readonly Image Dangling = SampleImages.Make([], day: 2);
    private static readonly Image ByDigest = SampleImages.Make([], ["localhost:5000/a@" + Sum], """{"Labels":{"a":"1","b":""}}""", day: 3);

    [Fact]
    public void The_table_has_a_row_for_each_tag()
    {
        Assert.Equal($"""
            REPOSITORY         TAG       IMAGE ID       CREATED      SIZE
            debian             12        {Debian.Id.Short}   9 days ago   123MB
            debian             latest    {Debian.Id.Short}   9 days ago   123MB
            <none>             <none>    {Dangling.Id.Short}   8 days ago   123MB
            localhost:5000/a   <none>    {ByDigest.Id.Short}   7 days ago   123MB

            """, Write("", digests: false));
    }

    [Fact]
    public void Digests_have_a_column() => Assert.StartsWith($"""
        REPOSITORY         TAG       DIGEST                                                                    IMAGE ID       CREATED      SIZE
        debian             12        {Sum}   {Debian.Id.Short}   9 days ago   123MB
        """, Write("", digests: true));

    [Fact]
    public void A_row_as_JSON() => Assert.Equal(
        $$"""{"Containers":"N/A","CreatedAt":"2026-01-02 00:00:00 +0000 UTC","CreatedSince":"8 days ago","Digest":"<none>","ID":"{{Dangling.Id.Short}}","Repository":"<none>","SharedSize":"N/A","Size":"123MB","Tag":"<none>","UniqueSize":"N/A","VirtualSize":"123MB"}""",
        Write("json", digests: false).Split('\n')[2]);

    [Theory]
    [InlineData("debian:12 debian:latest", 1, "reference=debian")]
    [InlineData("debian:12", 1, "reference=debian:12")]
    [InlineData("debian:12", 1, "reference=docker.io/library/debian:12")]
    [InlineData("debian:12 debian:latest", 1, "reference=deb*")]
    [InlineData("", 0, "reference=*/x")]
    [InlineData("debian:12 debian:latest", 2, "reference=debian", "reference=*:*/a")]
    [InlineData("", 2, "dangling=true")]
    [InlineData("debian:12 debian:latest", 2, "dangling=false")]
    [InlineData("", 1, "label=a")]
    [InlineData("", 1, "label=a=1", "label=b")]
    [InlineData("", 0, "label=a=2")]
    [InlineData("debian:12 debian:latest", 2, "label!=a")]
    [InlineData("", 2, "since=debian")]
    [InlineData("debian:12 debian:latest", 1, "before=dangling")]
    [InlineData("debian:12 debian:latest", 2, "until=2026-01-02T12:00:00Z")]
    [InlineData("debian:12 debian:latest", 3, "until=1h")]
    public void Filters_choose(string tags, int count, params string[] filters)
    {
        List<Image> chosen = [.. new ImageFilters(filters, name => name == "debian" ? Debian : Dangling, SampleImages.Time).Choose([Debian, Dangling, ByDigest])];
        Assert.Equal(count, chosen.Count);
        Assert.Equal(tags, string.Join(' ', chosen.SelectMany(image => image.Tags).Select(tag => tag.Familiar)));
    }

    [Theory]
    [InlineData("nonsense", "bad format of filter")]
    [InlineData("color=red", "invalid filter 'color'")]
    [InlineData("dangling=maybe", "invalid filter 'dangling=[maybe]'")]
    public void A_wrong_filter_is_refused(string filter, string words) =>
        Assert.Contains(words, Assert.Throws<BrigException>(() => new ImageFilters([filter], _ => Debian)).Message, StringComparison.Ordinal);

    [Theory]
    [InlineData("*", "debian", true)]
    [InlineData("*", "a/b", false)]
    [InlineData("a/*/c", "a/b/c", true)]
    [InlineData("a?c", "abc", true)]
    [InlineData("a?c", "a/c", false)]
    [InlineData("[a-c]x", "bx", true)]
    [InlineData("[^a-c]x", "bx", false)]
    [InlineData("a\\*", "a*", true)]
    [InlineData("a\\*", "ab", false)]
    [InlineData("*a*b*", "xaayb", true)]
    [InlineData("*.a", "x.b.a", true)]
    [InlineData("", "", true)]
    [InlineData("abc", "ab", false)]
    public void Patterns_are_those_of_Go(string pattern, string text, bool matches) => Assert.Equal(matches, Glob.Matches(pattern, text));

    [Fact]
    public void History_is_told_with_the_latest_step_first()
    {
        HistoryEntry[] steps =
        [
            new(Debian.Id, Debian.Created, "CMD [\"bash\"]\twith a tail that is much longer than there is room for", 0, "buildkit", []),
            new(null, null, "ADD rootfs", 1500, "", []),
        ];
        using StringWriter output = new();
        HistoryTable.Format(SampleImages.Time, whole: false, human: true).Write(output, steps, "", ListDetail.Full);
        Assert.Equal($"""
            IMAGE          CREATED      CREATED BY                                      SIZE      COMMENT
            {Debian.Id.Short}   9 days ago   CMD ["bash"] with a tail that is much longer…   0B        buildkit
            <missing>      N/A          ADD rootfs                                      1.5kB     

            """, output.ToString());
        using StringWriter exact = new();
        HistoryTable.Format(SampleImages.Time, whole: true, human: false).Write(exact, steps, "{{.CreatedAt}} {{.Size}} {{.ID}}", ListDetail.Full);
        Assert.Equal($"2026-01-01T00:00:00Z 0 {Debian.Id}\nN/A 1500 <missing>\n", exact.ToString());
    }

    [Fact]
    public void A_tree_has_what_an_image_is_for_below_its_names()
    {
        using StringWriter output = new();
        ImageTree.Write(output, [Debian, Dangling, ByDigest], image => image == Debian ? 50_000_000 : 1000, image => image == Debian, _ => []);
        Assert.Equal($"""
            i Info →   U  In Use
            IMAGE                           ID             DISK USAGE   CONTENT SIZE   EXTRA
            debian:12
            debian:latest                   {Debian.Id.Short}        123MB           50MB   U
            └─ linux/amd64                  111111111111        123MB           50MB   U

            <untagged>                      {Dangling.Id.Short}        123MB            1kB
            └─ linux/amd64                  {Dangling.Id.Short}        123MB            1kB

            localhost:5000/a@111111111111   {ByDigest.Id.Short}        123MB            1kB
            └─ linux/amd64                  111111111111        123MB            1kB

            """, output.ToString());
    }

    private static string Write(string format, bool digests)
    {
        using StringWriter output = new();
        ImageRow.Format(SampleImages.Time, whole: false, digests).Write(output, ImageRow.Of([Debian, Dangling, ByDigest], digests), format, ListDetail.Full);
        return output.ToString();
    }
}
