using Brig.Builds.Dockerfiles;
using Brig.Builds.Graph;
using Brig.Builds.Plan;

namespace Brig.Builds;

/// <summary>Reads what a Dockerfile offers out of its words, without looking at any image.</summary>
internal static class OutlineWriter
{
    internal static BuildOutline Write(Dockerfile file, string? target, IReadOnlyDictionary<string, string> given)
    {
        int index = GraphPlanner.IndexOf(file, target);
        List<Stage> stages = Needed(file, index);
        BuildScope scope = new(file, given);
        List<OutlineArg> args = [];
        foreach (ArgInstruction instruction in file.GlobalArgs.Concat(stages.SelectMany(stage => stage.Instructions.OfType<ArgInstruction>())))
        {
            foreach (NamedValue arg in instruction.Args.Where(arg => !args.Exists(other => other.Name == arg.Name)))
            {
                args.Add(new OutlineArg(arg.Name, given.GetValueOrDefault(arg.Name) ?? scope.Global(arg.Name) ?? arg.Value, DescriptionOf(instruction, arg.Name)));
            }
        }

        List<RunMount> mounts = [];
        foreach (RunInstruction run in stages.SelectMany(stage => stage.Instructions.OfType<RunInstruction>()))
        {
            mounts.AddRange(run.Mounts.Select(written => RunMountParser.Parse(written, scope.ForGlobals, "/", 0)));
        }

        Stage asked = file.Stages[index];
        return new BuildOutline
        {
            Targets = [.. file.Stages.Select((stage, i) => new OutlineTarget(stage.From.Name ?? "", DescriptionOf(stage.From, stage.From.Name), stage.From.Image, i == file.Stages.Count - 1))
                .Where(one => one.Name.Length > 0 || one.IsDefault)],
            Name = asked.From.Name ?? "",
            Description = DescriptionOf(asked.From, asked.From.Name),
            Args = args,
            Secrets = Ids(mounts, RunMountKind.Secret),
            Agents = Ids(mounts, RunMountKind.Ssh),
            Caches = [.. mounts.Where(mount => mount.Kind == RunMountKind.Cache).Select(mount => mount.Id).Distinct()],
        };
    }

    private static List<OutlineMount> Ids(List<RunMount> mounts, RunMountKind kind) =>
        [.. mounts.Where(mount => mount.Kind == kind).GroupBy(mount => mount.Id).Select(group => new OutlineMount(group.Key, group.Any(mount => mount.Required)))];

    // A comment right above that begins with the name is its description.
    private static string DescriptionOf(Instruction instruction, string? name) =>
        name is not null && instruction.Comments is [.., var comment] && comment.StartsWith(name + " ", StringComparison.OrdinalIgnoreCase) ? comment[(name.Length + 1)..].Trim() : "";

    private static List<Stage> Needed(Dockerfile file, int index)
    {
        SortedSet<int> needed = [];
        Add(index);
        return [.. needed.Select(i => file.Stages[i])];

        void Add(int stage)
        {
            if (!needed.Add(stage))
            {
                return;
            }

            IEnumerable<string> names = file.Stages[stage].Instructions.SelectMany(instruction => instruction switch
            {
                CopyInstruction { From: { } from } => [from],
                RunInstruction run => run.Mounts.SelectMany(mount => CommaFields.Split(mount)).Where(field => field.StartsWith("from=", StringComparison.OrdinalIgnoreCase)).Select(field => field[5..]),
                _ => (IEnumerable<string>)[],
            }).Append(file.Stages[stage].From.Image);
            foreach (string name in names)
            {
                for (int below = stage - 1; below >= 0; below--)
                {
                    if (name.Equals(file.Stages[below].From.Name, StringComparison.OrdinalIgnoreCase) || name == below.ToString(System.Globalization.CultureInfo.InvariantCulture))
                    {
                        Add(below);
                        break;
                    }
                }
            }
        }
    }
}
