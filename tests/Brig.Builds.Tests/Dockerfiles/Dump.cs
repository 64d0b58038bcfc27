using System.Text;
using Brig.Builds.Dockerfiles;

namespace Brig.Builds.Tests.Dockerfiles;

/// <summary>Writes a parsed Dockerfile so that a golden file can hold it.</summary>
internal static class Dump
{
    internal static string Of(Dockerfile file)
    {
        StringBuilder text = new();
        text.Append($"escape={file.Directives.Escape} syntax={file.Directives.Syntax} check={file.Directives.Check}\n");
        foreach (ArgInstruction arg in file.GlobalArgs)
        {
            Line(text, arg);
        }

        foreach (Stage stage in file.Stages)
        {
            Line(text, stage.From);
            foreach (Instruction instruction in stage.Instructions)
            {
                Line(text, instruction);
            }
        }

        return text.ToString();
    }

    private static void Line(StringBuilder text, Instruction instruction) =>
        text.Append($"{instruction.Lines.First}-{instruction.Lines.Last} {instruction.Keyword} {Detail(instruction)}\n");

    private static string Detail(Instruction instruction) => instruction switch
    {
        FromInstruction from => $"{from.Image} platform={from.Platform} name={from.Name}",
        ArgInstruction arg => Pairs(arg.Args),
        EnvInstruction env => Pairs(env.Variables),
        LabelInstruction label => Pairs(label.Labels),
        MaintainerInstruction maintainer => maintainer.Author,
        RunInstruction run => $"{Command(run.Command)} mounts={List(run.Mounts)} network={run.Network} security={run.Security}",
        CmdInstruction cmd => Command(cmd.Command),
        EntrypointInstruction entrypoint => Command(entrypoint.Command),
        ExposeInstruction expose => List(expose.Ports),
        VolumeInstruction volume => List(volume.Paths),
        UserInstruction user => user.User,
        WorkdirInstruction workdir => workdir.Path,
        StopSignalInstruction stop => stop.Signal,
        ShellInstruction shell => List(shell.Command),
        HealthcheckInstruction { Check: var c } => $"{List(c.Test ?? [])} {c.Interval} {c.Timeout} {c.StartPeriod} {c.StartInterval} {c.Retries}",
        OnbuildInstruction onbuild => Escape(onbuild.Trigger),
        CopyInstruction copy => $"{Transfer(copy)} from={copy.From} parents={copy.Parents}",
        AddInstruction add => $"{Transfer(add)} checksum={add.Checksum} git={add.KeepGitDirectory} unpack={add.Unpack}",
        _ => throw new InvalidOperationException(),
    };

    private static string Transfer(TransferInstruction t) =>
        $"{List(t.Sources)}{Bodies(t.Heredocs)} -> {t.Destination} chown={t.Chown} chmod={t.Chmod} link={t.Link} exclude={List(t.Excludes)}";

    private static string Command(CommandLine command) => $"{(command.InShell ? "shell" : "exec")} {List(command.Args)}{Bodies(command.Heredocs)}";

    private static string Bodies(IReadOnlyList<Heredoc> heredocs) =>
        string.Concat(heredocs.Select(h => $" <<{h.Name} fd={h.FileDescriptor} strip={h.StripTabs} expand={h.Expand} \"{Escape(h.Body)}\""));

    private static string Pairs(IReadOnlyList<NamedValue> pairs) => List([.. pairs.Select(p => p.Value is null ? p.Name : $"{p.Name}={p.Value}")]);

    private static string List(IReadOnlyList<string> words) => "[" + string.Join(", ", words.Select(w => $"‹{Escape(w)}›")) + "]";

    private static string Escape(string text) => text.Replace("\n", "\\n", StringComparison.Ordinal).Replace("\t", "\\t", StringComparison.Ordinal);
}
