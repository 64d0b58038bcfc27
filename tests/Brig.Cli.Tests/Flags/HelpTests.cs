namespace Brig.Cli.Tests.Flags;

public sealed class HelpTests
{
    [Fact]
    public void A_command_shows_usage_aliases_and_flags() => Assert.Equal("""
        Usage:  brig container rm [OPTIONS] CONTAINER [CONTAINER...]

        Remove things

        Aliases:
          brig container rm, brig container remove, brig rm

        Options:
          -f, --force   Even when it runs

        """, SampleTree.Call("container", "remove", "--help").Output);

    [Fact]
    public void A_group_lists_its_commands() => Assert.Equal("""
        Usage:  brig container COMMAND

        Manage things

        Commands:
          ls          List things
          rm          Remove things
          run         Start something

        Run 'brig container COMMAND --help' for more information on a command.

        """, SampleTree.Call("container", "--help").Output);

    [Fact]
    public void The_program_lists_what_it_has()
    {
        string help = SampleTree.Call().Output;
        Assert.StartsWith("Usage:  brig [OPTIONS] COMMAND\n\nA sample\n\nCommon Commands:\n  run         Start something\n  exec        Execute\n", help);
        Assert.Contains("\n\nManagement Commands:\n  container   Manage things\n  network     Manage networks\n\nCommands:\n  images      Images\n", help);
        Assert.Contains("\nGlobal Options:\n  -D, --debug                    Enable debug mode\n      --insecure-registry list   Registry that may use plain HTTP or any\n                                 certificate (host, host:port or CIDR)\n", help);
        Assert.EndsWith("\n\nRun 'brig COMMAND --help' for more information on a command.\n", help);
    }

    [Fact]
    public void Help_of_help_is_the_same() => Assert.Equal(SampleTree.Call("rm", "--help"), SampleTree.Call("help", "rm"));
}
