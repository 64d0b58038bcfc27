using Brig.Builds.Dockerfiles;
using Brig.Builds.Plan;
using Brig.Oci.Images;

namespace Brig.Builds;

/// <summary>Instructions that change nothing but an image's configuration: what <c>--change</c> of import and commit takes.</summary>
public static class ConfigChanges
{
    private const string Place = "change:2: ";

    /// <summary>The configuration that the instructions make, in order, from an empty one. Throws InvalidArgument naming the change that is wrong.</summary>
    /// <param name="changes">Each an instruction: <c>CMD ["sh"]</c>.</param>
    public static ExecutionConfig Apply(IReadOnlyList<string> changes) => Apply(changes, new ExecutionConfig());

    /// <summary>As <see cref="Apply(IReadOnlyList{string})"/>, from a configuration that is there.</summary>
    public static ExecutionConfig Apply(IReadOnlyList<string> changes, ExecutionConfig start)
    {
        foreach (string change in changes)
        {
            try
            {
                _ = Plan([change], start);
            }
            catch (BrigException error)
            {
                string reason = error.Message.StartsWith(Place, StringComparison.Ordinal) ? error.Message[Place.Length..] : error.Message;
                throw new BrigException(error.Kind, $"--change \"{Oci.Text.Quote(change)}\": {reason}", error);
            }
        }

        // A build's defaults are none of an import's.
        ExecutionConfig config = Plan(changes, start).Config;
        bool hasPath = start.Env?.Any(entry => entry.StartsWith("PATH=", StringComparison.Ordinal)) == true;
        List<string> environment = [.. (config.Env ?? []).Where(entry => hasPath || entry != "PATH=" + StagePlanner.DefaultPath)];
        return config with
        {
            Env = environment.Count > 0 ? environment : null,
            WorkingDir = config.WorkingDir == "/" ? start.WorkingDir == "/" ? "/" : null : config.WorkingDir,
            ArgsEscaped = false,
            OnBuild = start.OnBuild is null && config.OnBuild is null ? null : [.. start.OnBuild ?? [], .. config.OnBuild ?? []],
        };
    }

    private static StagePlan Plan(IEnumerable<string> changes, ExecutionConfig start)
    {
        Dockerfile file = Dockerfile.Parse(string.Join('\n', changes.Prepend("FROM scratch")), "change");
        Instruction? wrong = file.Stages.SelectMany(stage => stage.Instructions).Concat(file.Stages.Skip(1).Select(stage => stage.From)).FirstOrDefault(instruction =>
            instruction.Keyword is "ADD" or "ARG" or "COPY" or "FROM" or "MAINTAINER" or "RUN");
        return wrong is null
            ? new StagePlanner(file.Stages[0], Below(start), new BuildScope(file, new Dictionary<string, string>())).Plan()
            : throw BrigException.Invalid($"{wrong.Keyword.ToLowerInvariant()} is not a valid change command");
    }

    /// <summary>An image of that configuration to build on, whose triggers stay untriggered.</summary>
    private static ImageConfig Below(ExecutionConfig start) => new()
    {
        Architecture = Oci.Platform.Host.Architecture,
        Os = Oci.Platform.Host.Os,
        Config = start with { OnBuild = null },
        RootFs = new RootFilesystem { Type = "layers", DiffIds = [] },
    };
}
