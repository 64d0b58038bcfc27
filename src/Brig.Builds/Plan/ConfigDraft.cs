using Brig.Builds.Dockerfiles;
using Brig.Builds.Variables;
using Brig.Oci.Images;

namespace Brig.Builds.Plan;

/// <summary>The image's configuration while a stage's instructions change it, but for the environment.</summary>
internal sealed class ConfigDraft(ExecutionConfig inherited)
{
    private static readonly EmptyObject s_member = new();

    private ExecutionConfig _config = inherited;
    private bool _cmdIsSet;

    internal string? Author { get; private set; }

    internal string User => _config.User ?? "";

    internal IReadOnlyList<string> Shell => _config.Shell is { Count: > 0 } shell ? shell : ["/bin/sh", "-c"];

    internal string WorkingDirectory
    {
        get => _config.WorkingDir is { Length: > 0 } directory ? directory : "/";
        set => _config = _config with { WorkingDir = value };
    }

    internal ExecutionConfig Finish(IReadOnlyList<string> environment) => _config with { Env = environment, WorkingDir = WorkingDirectory };

    /// <summary>Carries out an instruction that changes nothing but the configuration; gives the text for the history.</summary>
    internal string Take(Instruction instruction, Expander expander)
    {
        switch (instruction)
        {
            case LabelInstruction label:
                return Labels([.. label.Labels.Select(pair => (expander.Expand(pair.Name), expander.Expand(pair.Value ?? "")))]);
            case CmdInstruction cmd:
                _cmdIsSet = true;
                _config = _config with { Cmd = Command(cmd.Command), ArgsEscaped = true };
                return $"CMD {GoText.Quote(_config.Cmd ?? [])}";
            case EntrypointInstruction entrypoint:
                _config = _config with { Entrypoint = Command(entrypoint.Command), Cmd = _cmdIsSet ? _config.Cmd : null };
                return $"ENTRYPOINT {GoText.Quote(_config.Entrypoint ?? [])}";
            case ExposeInstruction expose:
                return Expose(expose, expander);
            case VolumeInstruction volume:
                string[] paths = [.. volume.Paths.Select(expander.Expand)];
                _config = _config with { Volumes = With(_config.Volumes, paths.Select(path => path.Length > 0 ? path : throw BrigException.Invalid("VOLUME specified can not be an empty string"))) };
                return $"VOLUME [{string.Join(' ', paths)}]";
            case UserInstruction user:
                _config = _config with { User = expander.Expand(user.User) };
                return $"USER {_config.User}";
            case StopSignalInstruction stop:
                _config = _config with { StopSignal = SignalNames.Check(expander.Expand(stop.Signal)) };
                return $"STOPSIGNAL {_config.StopSignal}";
            case ShellInstruction shell:
                _config = _config with { Shell = shell.Command };
                return $"SHELL [{string.Join(' ', shell.Command)}]";
            case HealthcheckInstruction { Check: var check }:
                _config = _config with { Healthcheck = check };
                return $"HEALTHCHECK &{{{GoText.Quote(check.Test ?? [])} \"{GoDuration.Format(check.Interval)}\" \"{GoDuration.Format(check.Timeout)}\" \"{GoDuration.Format(check.StartPeriod)}\" \"{GoDuration.Format(check.StartInterval)}\" '\\x{check.Retries:x2}'}}";
            case OnbuildInstruction onbuild:
                _config = _config with { OnBuild = [.. _config.OnBuild ?? [], onbuild.Trigger] };
                return $"ONBUILD {onbuild.Trigger}";
            case MaintainerInstruction maintainer:
                Author = maintainer.Author;
                return $"MAINTAINER {Author}";
            default:
                throw BrigException.Unsupported($"{instruction.Keyword} is not supported here");
        }
    }

    private string Labels(IReadOnlyList<(string Name, string Value)> labels)
    {
        SortedDictionary<string, string> all = new(_config.Labels?.ToDictionary() ?? [], StringComparer.Ordinal);
        foreach ((string name, string value) in labels)
        {
            all[name] = value;
        }

        _config = _config with { Labels = all };
        return "LABEL " + string.Join(' ', labels.Select(label => $"{label.Name}={label.Value}"));
    }

    private string Expose(ExposeInstruction expose, Expander expander)
    {
        string[] ports = [.. expose.Ports.SelectMany(expander.ExpandWords).SelectMany(PortNames.Parse)];
        _config = _config with { ExposedPorts = With(_config.ExposedPorts, ports) };
        return $"EXPOSE [{string.Join(' ', ports)}]";
    }

    // An empty list resets what a base has set.
    private List<string>? Command(CommandLine command) =>
        command.Args.Count == 0 ? null : command.InShell ? [.. Shell, command.Args[0]] : [.. command.Args];

    private static SortedDictionary<string, EmptyObject> With(IReadOnlyDictionary<string, EmptyObject>? set, IEnumerable<string> added)
    {
        SortedDictionary<string, EmptyObject> all = new(StringComparer.Ordinal);
        foreach (string member in (set?.Keys ?? []).Concat(added))
        {
            all[member] = s_member;
        }

        return all;
    }
}
