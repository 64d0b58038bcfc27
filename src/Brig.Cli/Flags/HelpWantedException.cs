namespace Brig.Cli.Flags;

/// <summary>Leaves a command's handler when <c>--help</c> was met; the program prints the help of that command.</summary>
internal sealed class HelpWantedException : Exception;
