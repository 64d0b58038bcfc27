using Brig.Builds.Dockerfiles;

namespace Brig.Builds.Tests.Dockerfiles;

public sealed class ErrorTests
{
    [Theory]
    [InlineData("FROM a\n\nRNU x", "dockerfile parse error on line 3: unknown instruction: RNU (did you mean RUN?)")]
    [InlineData("FROM a\nXYZZYPLUGH", "dockerfile parse error on line 2: unknown instruction: XYZZYPLUGH")]
    [InlineData("FROM a\nCPOY a b", "dockerfile parse error on line 2: unknown instruction: CPOY (did you mean COPY?)")]
    [InlineData("FROM", "dockerfile parse error on line 1: FROM requires either one or three arguments")]
    [InlineData("FROM a b", "dockerfile parse error on line 1: FROM requires either one or three arguments")]
    [InlineData("FROM a AS 1x", "dockerfile parse error on line 1: invalid name for build stage: \"1x\", name can't start with a number or contain symbols")]
    [InlineData("RUN x", "dockerfile parse error on line 1: no build stage in current context (the first instruction must be FROM, not RUN)")]
    [InlineData("FROM a\nRUN", "dockerfile parse error on line 2: RUN requires at least one argument")]
    [InlineData("FROM a\nRUN [\"a\", 1]", "dockerfile parse error on line 2: when using JSON array syntax, arrays must be comprised of strings only")]
    [InlineData("FROM a\nRUN --nettwork=none x", "dockerfile parse error on line 2: unknown flag: nettwork (did you mean network?)")]
    [InlineData("FROM a\nRUN --network=none --network=host x", "dockerfile parse error on line 2: duplicate flag specified: network")]
    [InlineData("FROM a\nCOPY --link=maybe a b", "dockerfile parse error on line 2: expecting boolean value for flag link, not: maybe")]
    [InlineData("FROM a\nCOPY --chown a b", "dockerfile parse error on line 2: missing a value on flag: chown")]
    [InlineData("FROM a\nCOPY a", "dockerfile parse error on line 2: COPY requires at least two arguments, but only one was provided. Destination could not be determined")]
    [InlineData("FROM a\nCOPY a <<E\nE", "dockerfile parse error on line 2: COPY cannot accept a heredoc as a destination")]
    [InlineData("FROM a\nRUN <<E\nx", "dockerfile parse error on line 2: unterminated heredoc E")]
    [InlineData("FROM a\nENV x", "dockerfile parse error on line 2: ENV must have two arguments")]
    [InlineData("FROM a\nENV x=1 y", "dockerfile parse error on line 2: Syntax error - can't find = in \"y\". Must be of the form: name=value")]
    [InlineData("FROM a\nENV =1", "dockerfile parse error on line 2: ENV names can not be blank")]
    [InlineData("FROM a\nSHELL /bin/sh", "dockerfile parse error on line 2: SHELL requires the arguments to be in JSON form, like [\"/bin/bash\", \"-c\"]")]
    [InlineData("FROM a\nONBUILD ONBUILD RUN x", "dockerfile parse error on line 2: Chaining ONBUILD via `ONBUILD ONBUILD` isn't allowed")]
    [InlineData("FROM a\nONBUILD FROM x", "dockerfile parse error on line 2: FROM isn't allowed as an ONBUILD trigger")]
    [InlineData("FROM a\nHEALTHCHECK WHAT", "dockerfile parse error on line 2: Unknown type \"WHAT\" in HEALTHCHECK (try CMD)")]
    [InlineData("FROM a\nHEALTHCHECK --interval=1us CMD x", "dockerfile parse error on line 2: Interval \"interval\" cannot be less than 1ms")]
    [InlineData("# escape=x\nFROM a", "dockerfile parse error on line 1: invalid escape token 'x' does not match ` or \\")]
    [InlineData("# escape=\\\n# escape=\\\nFROM a", "dockerfile parse error on line 2: only one escape parser directive can be used")]
    [InlineData("", "Dockerfile: file with no instructions")]
    [InlineData("# only\n\n", "Dockerfile: file with no instructions")]
    [InlineData("ARG x", "Dockerfile: no build stage in current context")]
    public void Says_what_is_wrong_and_where(string text, string message) =>
        Assert.Equal(message, Assert.Throws<BrigException>(() => Dockerfile.Parse(text, "Dockerfile")).Message);

    [Fact]
    public void Names_a_file_that_is_not_called_Dockerfile() =>
        Assert.Equal("web.df: dockerfile parse error on line 1: unknown instruction: RNU (did you mean RUN?)",
            Assert.Throws<BrigException>(() => Dockerfile.Parse("RNU", "web.df")).Message);

    [Fact]
    public void Refuses_a_line_of_64_KiB() =>
        Assert.Equal("dockerfile parse error on line 2: dockerfile line greater than maximum allowed size of 65535",
            Assert.Throws<BrigException>(() => Dockerfile.Parse("FROM a\nRUN " + new string('x', 65536), "Dockerfile")).Message);
}
