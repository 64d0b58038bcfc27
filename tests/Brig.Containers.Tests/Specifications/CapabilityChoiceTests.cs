namespace Brig.Containers.Tests.Specifications;

public sealed class CapabilityChoiceTests
{
    [Fact]
    public void The_default_is_Dockers_fourteen() => Assert.Equal(14, CapabilityChoice.Of(false, [], []).Count);

    [Fact]
    public void Names_are_taken_in_any_form()
    {
        IReadOnlyList<string> chosen = CapabilityChoice.Of(false, ["net_admin"], ["CAP_CHOWN", "Kill"]);
        Assert.Contains("CAP_NET_ADMIN", chosen);
        Assert.DoesNotContain("CAP_CHOWN", chosen);
        Assert.DoesNotContain("CAP_KILL", chosen);
    }

    [Fact]
    public void All_can_be_dropped_but_some() => Assert.Equal(["CAP_SETUID"], CapabilityChoice.Of(false, ["SETUID"], ["all"]));

    [Fact]
    public void All_can_be_added_but_some()
    {
        IReadOnlyList<string> chosen = CapabilityChoice.Of(false, ["ALL"], ["SYS_ADMIN"]);
        Assert.Contains("CAP_NET_ADMIN", chosen);
        Assert.DoesNotContain("CAP_SYS_ADMIN", chosen);
    }

    [Fact]
    public void An_unknown_one_is_an_error() => Assert.Throws<BrigException>(() => CapabilityChoice.Of(false, ["CAP_FLY"], []));
}
