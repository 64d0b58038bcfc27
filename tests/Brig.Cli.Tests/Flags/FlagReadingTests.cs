using Brig.Cli.Flags;

namespace Brig.Cli.Tests.Flags;

public sealed class FlagReadingTests
{
    [Theory]
    [InlineData("-d img ls -la", "detach=True", "rest=img ls -la")]
    [InlineData("-itp 80:80 img", "tty=True", "publish=80:80")]
    [InlineData("-itp80:80 img", "tty=True", "publish=80:80")]
    [InlineData("-itp=80:80 img", "tty=True", "publish=80:80")]
    [InlineData("--name=a img", "name=a", "rest=img")]
    [InlineData("--name a --name b img", "name=b", "rest=img")]
    [InlineData("--name= img", "name= ", "rest=img")]
    [InlineData("-e A=1 -eB=2 --env C=3 --env=D img", "env=A=1,B=2,C=3,D", "rest=img")]
    [InlineData("-d=false -t=1 img", "detach=False", "tty=True")]
    [InlineData("--tty=T --detach=0 img", "detach=False", "tty=True")]
    [InlineData("-m 1.5g --cpus 1.5 img", "memory=1610612736", "cpus=1500000000")]
    [InlineData("--health-interval 1h2m3s img", "interval=3723", "rest=img")]
    [InlineData("--net-alias a --network-alias b img", "alias=a,b", "rest=img")]
    [InlineData("-d -- img -x", "detach=True", "rest=img -x")]
    [InlineData("-- -img", "detach=False", "rest=-img")]
    [InlineData("-e --rm img", "env=--rm", "rest=img")]
    [InlineData("- x", "detach=False", "rest=- x")]
    public void A_command_line_of_run_is_read(string line, string first, string second)
    {
        (int code, string output, string error) = SampleTree.Call(["run", .. line.Split(' ')]);
        Assert.Equal((0, ""), (code, error));
        Assert.Contains(first, output);
        Assert.Contains(second, output);
    }

    [Fact]
    public void Flags_follow_arguments_where_the_command_lets_them() =>
        Assert.Equal("force=True rest=a b", SampleTree.Call("rm", "a", "-f", "b").Output);

    [Fact]
    public void Behind_two_dashes_nothing_is_a_flag() => Assert.Equal("force=False rest=a -f", SampleTree.Call("rm", "a", "--", "-f").Output);

    [Fact]
    public void A_deprecated_flag_warns() =>
        Assert.Equal("Flag --old has been deprecated, use --new\n", SampleTree.Call("run", "--old", "x", "img").Error);

    [Theory]
    [InlineData("container ls", "brig container ls: ")]
    [InlineData("container list", "brig container ls: ")]
    [InlineData("-D --root /x --log-level debug ps", "brig ps: ")]
    [InlineData("wait a", "brig wait: a")]
    [InlineData("--version", "Brig version 0.1.0\n")]
    public void A_command_is_found(string line, string output) => Assert.Equal((0, output, ""), SampleTree.Call(line.Split(' ')));

    [Fact]
    public void A_list_of_strings_is_cut_at_commas()
    {
        FlagSet flags = new();
        ListFlag list = flags.Strings("s", "x");
        Assert.Null(flags.Parse(["--s", "a,\"b,c\",\"d\"\"e\"", "--s=f"]).Error);
        Assert.Equal(["a", "b,c", "d\"e", "f"], list.Values);
    }

    [Fact]
    public void Refused_values_are_explained()
    {
        FlagSet flags = new();
        flags.ParsedList<int>("p", 'p', "port", "x", _ => throw BrigException.Invalid("no such port"));
        Assert.Equal("invalid argument \"1\" for \"-p, --p\" flag: no such port", flags.Parse(["-p1"]).Error);
    }

    [Fact]
    public void An_optional_value_is_implied()
    {
        FlagSet flags = new();
        StringFlag pull = flags.Add(new StringFlag("pull", '\0', "x") { ImpliedValue = "always" });
        Assert.Equal(["never"], flags.Parse(["--pull", "never"]).Positional);
        Assert.Equal("always", pull.Value);
        _ = flags.Parse(["--pull=never"]);
        Assert.Equal("never", pull.Value);
    }

    [Fact]
    public void No_command_line_makes_the_parser_throw()
    {
        string[] pieces = ["-", "--", "=", "e", "env", "m", "1", "k", "x", "t", "help", "h", "\"", "é", "😀", "\ud800", "name", " ", "\n", "cpus", "1/0", "0x", "health-interval", ".", "memory", "run", "container"];
        Random random = new(1);
        for (int i = 0; i < 20_000; i++)
        {
            string[] arguments = [.. Enumerable.Range(0, random.Next(5)).Select(_ => string.Concat(Enumerable.Range(0, random.Next(5)).Select(_ => pieces[random.Next(pieces.Length)])))];
            (int code, _, _) = SampleTree.Call(["run", .. arguments]);
            Assert.Contains(code, new[] { 0, 1, 125 });
            (code, _, _) = SampleTree.Call(arguments);
            Assert.Contains(code, new[] { 0, 1, 125 });
        }
    }
}
