using Brig.Runtime.Conformance.Support;

namespace Brig.Runtime.Conformance.Processes;

/// <summary>process.user.</summary>
public sealed class UserTests
{
    [Clause("config.md#posix-platform-user"), EachRuntime]
    public void Identifiers_are_the_given_numbers(string runtime)
    {
        using TestContainer container = new(runtime);
        container.Set("process.user", """{"uid": 1234, "gid": 4321}""");
        Assert.Equal("Uid:\t1234\t1234\t1234\t1234\nGid:\t4321\t4321\t4321\t4321", container.Run("grep -E '^[UG]id' /proc/self/status"));
    }

    [Clause("config.md#posix-platform-user"), EachRuntime]
    public void Additional_groups_are_exactly_those_listed(string runtime)
    {
        using TestContainer container = new(runtime);
        container.Set("process.user", """{"uid": 1234, "gid": 4321, "additionalGids": [10, 20, 65000]}""");
        Assert.Equal("10 20 65000", container.Run("grep Groups /proc/self/status").Replace("Groups:", "", StringComparison.Ordinal).Trim());
    }

    [Clause("config.md#posix-platform-user"), EachRuntime]
    public void Without_additional_groups_there_are_none(string runtime)
    {
        using TestContainer container = new(runtime);
        container.Set("process.user", """{"uid": 1234, "gid": 4321}""");
        Assert.Equal("", container.Run("grep Groups /proc/self/status").Replace("Groups:", "", StringComparison.Ordinal).Trim());
    }

    [Clause("config.md#posix-platform-user")]
    [EachRuntime(63, "0077"), EachRuntime(18, "0022"), EachRuntime(0, "0000")]
    public void The_umask_is_the_given_one(string runtime, int umask, string expected)
    {
        using TestContainer container = new(runtime);
        container.Set("process.user", $$"""{"uid": 0, "gid": 0, "umask": {{umask}}}""");
        Assert.Equal(expected, container.Run("umask"));
    }

    [Clause("config.md#process"), EachRuntime]
    public void A_user_without_rights_may_write_to_its_standard_output(string runtime)
    {
        using TestContainer container = new(runtime);
        container.Set("process.user", """{"uid": 1234, "gid": 4321}""");
        Assert.Equal("1\n2", container.Run("echo 1; echo 2 >>/proc/self/fd/1"));
    }
}
