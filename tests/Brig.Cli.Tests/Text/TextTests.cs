using Brig.Cli.Text;
using Brig.Containers.Names;

namespace Brig.Cli.Tests.Text;

public sealed class TextTests
{
    [Theory]
    [InlineData(0.4, "Less than a second")]
    [InlineData(1, "1 second")]
    [InlineData(59, "59 seconds")]
    [InlineData(60, "About a minute")]
    [InlineData(119, "About a minute")]
    [InlineData(120, "2 minutes")]
    [InlineData(3599, "59 minutes")]
    [InlineData(3600, "About an hour")]
    [InlineData(5400, "2 hours")]
    [InlineData(47 * 3600, "47 hours")]
    [InlineData(48 * 3600, "2 days")]
    [InlineData(14 * 86400, "2 weeks")]
    [InlineData(60 * 86400, "2 months")]
    [InlineData(730 * 86400, "2 years")]
    public void A_duration_has_one_rough_unit(double seconds, string text) => Assert.Equal(text, HumanDuration.Format(TimeSpan.FromSeconds(seconds)));

    [Theory]
    [InlineData(0, "0B", "0B")]
    [InlineData(999, "999B", "999B")]
    [InlineData(1000, "1kB", "1000B")]
    [InlineData(1234, "1.234kB", "1.205KiB")]
    [InlineData(77_812_345, "77.81MB", "74.21MiB")]
    [InlineData(5_000_000_000, "5GB", "4.657GiB")]
    public void A_size_has_four_digits(double bytes, string human, string binary) =>
        Assert.Equal((human, binary), (Sizes.Human(bytes), Sizes.Binary(bytes)));

    [Theory]
    [InlineData("1", 1)]
    [InlineData("1.5k", 1536)]
    [InlineData("32MB", 32L << 20)]
    [InlineData("1 GiB", 1L << 30)]
    [InlineData("1e3", 1000)]
    public void Memory_is_read(string text, long bytes)
    {
        Assert.True(Sizes.TryParseRam(text, out long value, out _));
        Assert.Equal(bytes, value);
    }

    [Theory]
    [InlineData("1h2m3s", "1h2m3s")]
    [InlineData("90m", "1h30m0s")]
    [InlineData("1.5s", "1.5s")]
    [InlineData("-250ms", "-250ms")]
    [InlineData("1us", "1µs")]
    [InlineData("0", "0s")]
    public void A_duration_is_read_and_written(string text, string written)
    {
        Assert.True(GoDuration.TryParse(text, out long nanoseconds, out _));
        Assert.Equal(written, GoDuration.Format(nanoseconds));
    }

    [Fact]
    public void A_command_is_quoted_and_cut()
    {
        Assert.Equal("\"sh -c 'echo a b'\"", CommandLine.Quote(["sh", "-c", "echo a b"]));
        Assert.Equal("\"/docker-entrypoint.…\"", CommandLine.QuoteShort(["/docker-entrypoint.sh", "nginx"]));
    }

    [Fact]
    public void Names_are_drawn_until_one_is_free()
    {
        HashSet<string> taken = [];
        Random random = new(3);
        for (int i = 0; i < 2000; i++)
        {
            string name = RandomName.Next(random, taken.Contains);
            Assert.Matches("^[a-z]+_[a-z]+[0-9]*$", name);
            Assert.True(taken.Add(name));
        }

        Assert.StartsWith("a", RandomName.Next(random, name => !name.StartsWith('a')));
    }

    [Fact]
    public void Wide_letters_count_twice() => Assert.Equal((4, "日…"), (DisplayWidth.Of("日本"), DisplayWidth.Ellipsis("日本語", 3)));
}
