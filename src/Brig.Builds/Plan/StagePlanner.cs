using Brig.Builds.Context;
using Brig.Builds.Dockerfiles;
using Brig.Builds.Sources;
using Brig.Builds.Variables;
using Brig.Oci.Images;

namespace Brig.Builds.Plan;

/// <summary>
/// Walks a stage's instructions once and works out, touching nothing, what each will do and what the image will say.
/// Variables see one state during a whole instruction.
/// </summary>
internal sealed class StagePlanner
{
    internal const string DefaultPath = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";

    private readonly Stage _stage;
    private readonly BuildScope _scope;
    private readonly VariableList _environment = new();
    private readonly VariableList _args;
    private readonly List<PlannedStep> _steps = [];
    private readonly List<HistoryDraft> _history = [];
    private readonly IReadOnlyList<string> _triggers;
    private ConfigDraft _config;
    private Instruction? _current;
    private int _number;

    /// <param name="stage">What is planned.</param>
    /// <param name="baseConfig">The configuration of what it stands on; null for nothing.</param>
    /// <param name="scope">What the whole build knows.</param>
    /// <param name="inherited">The ARGs of the stage it stands on; null where that is no stage.</param>
    internal StagePlanner(Stage stage, ImageConfig? baseConfig, BuildScope scope, VariableList? inherited = null)
    {
        (_stage, _scope, _args) = (stage, scope, inherited?.Copy() ?? new VariableList());
        ExecutionConfig config = baseConfig?.Config ?? new ExecutionConfig();
        _triggers = config.OnBuild ?? [];
        _config = new ConfigDraft(config with { OnBuild = null });
        _environment.SetAll(config.Env ?? []);
        if (_environment.Get("PATH") is null)
        {
            _environment.Set("PATH", DefaultPath);
        }

        _number = baseConfig is null ? 0 : 1;
    }

    internal StagePlan Plan()
    {
        foreach (Instruction instruction in Triggered().Concat(_stage.Instructions))
        {
            _scope.At(instruction, () => Take(instruction));
        }

        return new StagePlan
        {
            Steps = _steps,
            StepCount = _number,
            Config = _config.Finish(_environment.Pairs),
            Author = _config.Author,
            History = _history,
            Args = _args,
        };
    }

    private Expander Expander => new(_scope.Escape, name => _environment.Get(name) ?? _args.Get(name), name => _scope.Notes.Undefined(_current!, name, _environment, _args));

    private ExecutionConfig Snapshot => _config.Finish(_environment.Pairs);

    // The base's ONBUILD triggers run where FROM stands.
    private IEnumerable<Instruction> Triggered()
    {
        foreach (string trigger in _triggers)
        {
            Dockerfile parsed = Dockerfile.Parse("FROM scratch\n" + trigger, "ONBUILD");
            foreach (Instruction instruction in parsed.Stages[0].Instructions)
            {
                yield return instruction with { Lines = _stage.From.Lines };
            }
        }
    }

    private void Take(Instruction instruction)
    {
        _current = instruction;
        switch (instruction)
        {
            case ArgInstruction arg:
                Declare(arg);
                break;
            case EnvInstruction env:
                List<NamedValue> variables = [.. env.Variables.Select(Expanded)];
                variables.ForEach(variable => _environment.Set(variable.Name, variable.Value!));
                Note($"ENV {Joined(variables)}");
                break;
            case RunInstruction run:
                Run(run);
                break;
            case TransferInstruction transfer:
                Copy(transfer);
                break;
            case WorkdirInstruction workdir:
                Workdir(workdir);
                break;
            default:
                Note(_config.Take(instruction, Expander));
                break;
        }
    }

    private void Declare(ArgInstruction instruction)
    {
        Expander expander = Expander;
        List<NamedValue> declared = [];
        foreach (NamedValue arg in instruction.Args)
        {
            string name = expander.Expand(arg.Name);
            string? value = _scope.Given(name) ?? (arg.Value is null ? _scope.Global(name) : expander.Expand(arg.Value));
            declared.Add(new NamedValue(name, value));
        }

        foreach (NamedValue arg in declared)
        {
            if (arg.Value is not null)
            {
                _args.Set(arg.Name, arg.Value);
            }
        }

        Note("ARG " + string.Join(' ', declared.Select(arg => arg.Value is null ? arg.Name : $"{arg.Name}={arg.Value}")));
    }

    private void Run(RunInstruction run)
    {
        if (run.Security is not (null or "sandbox" or "insecure"))
        {
            throw BrigException.Invalid($"security mode \"{Oci.Text.Quote(run.Security)}\" is not valid (sandbox or insecure)");
        }

        Heredoc? script = null;
        IReadOnlyList<string> args = run.Command.Args;
        if (run.Command.InShell)
        {
            (string line, script) = ShellLine(run.Command);
            args = script is null ? [.. _config.Shell, line] : [RunStep.ScriptPath];
        }

        List<string> environment = [.. _environment.Pairs];
        environment.AddRange(_args.All.Where(arg => _environment.Get(arg.Name) is null).Select(arg => $"{arg.Name}={arg.Value}"));
        _steps.Add(new RunStep
        {
            Instruction = run,
            Number = ++_number,
            Args = args,
            Environment = environment,
            Proxies = [.. _scope.Proxies().Where(proxy => _environment.Get(proxy.Name) is null && _args.Get(proxy.Name) is null).Select(proxy => $"{proxy.Name}={proxy.Value}")],
            WorkingDirectory = _config.WorkingDirectory,
            User = _config.User,
            Network = run.Network,
            Script = script,
            Mounts = Mounts(run),
            Devices = [.. run.Devices.Select(written => RunDevice.Parse(Expander.Expand(written)))],
            Insecure = run.Security == "insecure",
            Shell = _config.Shell,
            Config = Snapshot,
        });
        string given = _args.All.Count == 0 ? "" : $"|{_args.All.Count} {string.Join(' ', _args.Pairs)} ";
        Layer($"RUN {given}{string.Join(' ', script is null ? args : [script.Body])} # buildkit");
    }

    private List<RunMount> Mounts(RunInstruction run)
    {
        List<RunMount> mounts = [];
        foreach (string written in run.Mounts)
        {
            mounts.Add(RunMountParser.Parse(written, Expander, _config.WorkingDirectory, mounts.Count(mount => mount.Kind == RunMountKind.Ssh)));
        }

        return mounts.GroupBy(mount => mount.Target).FirstOrDefault(group => group.Key.Length > 0 && group.Count() > 1) is { } twice
            ? throw BrigException.Invalid($"two mounts on {Oci.Text.Quote(twice.Key)}")
            : mounts;
    }

    // A heredoc alone is the whole script; with a command before it the shell reads it itself.
    private static (string Line, Heredoc? Script) ShellLine(CommandLine command) => command switch
    {
        { Heredocs: [] } => (command.Args[0], null),
        { Heredocs: [var only], Args: [var line] } when InstructionParser.Words(line) is [_] =>
            only.Body.StartsWith("#!", StringComparison.Ordinal) ? ("", only) : (only.Body, null),
        _ => (command.Args[0] + "\n" + string.Concat(command.Heredocs.Select(heredoc => $"{heredoc.Body}{heredoc.Name}\n")), null),
    };

    private void Copy(TransferInstruction transfer)
    {
        Expander expander = Expander;
        CopyInstruction? copy = transfer as CopyInstruction;
        AddInstruction? add = transfer as AddInstruction;
        string destination = expander.Expand(transfer.Destination);
        List<string> sources = [.. transfer.Sources.Select(expander.Expand)];
        string? chown = transfer.Chown is null ? null : expander.Expand(transfer.Chown);
        string? chmod = transfer.Chmod is null ? null : expander.Expand(transfer.Chmod);
        string? checksum = add?.Checksum is null ? null : expander.Expand(add.Checksum);
        if (copy?.From is { } from && from.Contains('$', StringComparison.Ordinal))
        {
            throw BrigException.Invalid("variable expansion is not supported for --from, define a new stage with FROM using ARG from global scope as a workaround");
        }

        if (checksum is not null && (sources.Count != 1 || !RemoteAddress.IsRemote(sources[0])))
        {
            throw BrigException.Invalid(sources.Count > 1 ? "checksum can't be specified for multiple sources" : "checksum requires HTTP(S) or Git sources");
        }

        bool several = sources.Count + transfer.Heredocs.Count > 1;
        _steps.Add(new CopyStep
        {
            Instruction = transfer,
            Number = ++_number,
            Sources = sources,
            Heredocs = [.. transfer.Heredocs.Select(heredoc => heredoc.Expand ? heredoc with { Body = expander.ExpandBody(heredoc.Body) } : heredoc)],
            Destination = Absolute(destination, isDirectory: several || destination.EndsWith('/') || destination is "." or ".." || destination.EndsWith("/.", StringComparison.Ordinal)),
            From = copy?.From,
            Chown = chown,
            Chmod = chmod,
            Excludes = [.. transfer.Excludes.Select(expander.Expand)],
            Parents = copy?.Parents ?? false,
            Link = transfer.Link && chmod is null && (chown is null || chown.All(c => char.IsAsciiDigit(c) || c == ':')),
            IsAdd = add is not null,
            Unpack = add?.Unpack,
            Checksum = checksum,
            KeepGitDirectory = add?.KeepGitDirectory ?? false,
            Config = Snapshot,
        });
        string flags = (chown is null ? "" : $"--chown={chown} ") + (chmod is null ? "" : $"--chmod={chmod} ") + (transfer.Link ? "--link " : "");
        Layer($"{transfer.Keyword} {flags}{string.Join(' ', [.. sources, .. transfer.Heredocs.Select(heredoc => "<<" + heredoc.Name), destination])} # buildkit");
    }

    private void Workdir(WorkdirInstruction instruction)
    {
        string path = Absolute(Expander.Expand(instruction.Path), isDirectory: false);
        _config.WorkingDirectory = path;
        _number++;
        if (path == "/")
        {
            Note("WORKDIR /");
            return;
        }

        _steps.Add(new WorkdirStep { Instruction = instruction, Number = _number, Path = path, User = _config.User, Config = Snapshot });
        Layer($"WORKDIR {path}");
    }

    private string Absolute(string path, bool isDirectory)
    {
        string clean = GoPath.Clean(path.StartsWith('/') ? path : $"{_config.WorkingDirectory}/{path}");
        return isDirectory && clean != "/" ? clean + "/" : clean;
    }

    private NamedValue Expanded(NamedValue pair)
    {
        Expander expander = Expander;
        return new NamedValue(expander.Expand(pair.Name), expander.Expand(pair.Value ?? ""));
    }

    private static string Joined(IEnumerable<NamedValue> pairs) => string.Join(' ', pairs.Select(pair => $"{pair.Name}={pair.Value}"));

    private void Note(string createdBy) => _history.Add(new HistoryDraft(createdBy, EmptyLayer: true));

    private void Layer(string createdBy) => _history.Add(new HistoryDraft(createdBy, EmptyLayer: false));
}
