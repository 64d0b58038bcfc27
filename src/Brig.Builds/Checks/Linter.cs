using System.Text.RegularExpressions;
using Brig.Builds.Dockerfiles;

namespace Brig.Builds.Checks;

/// <summary>The build checks that need nothing but the Dockerfile (dockerfile.md, "Build checks").</summary>
internal sealed partial class Linter(Dockerfile file, CheckLog log)
{
    private static readonly string[] s_reserved = ["context", "scratch"];

    internal void Run()
    {
        List<Instruction> all = [.. file.GlobalArgs, .. file.Stages.SelectMany(stage => stage.Instructions.Prepend(stage.From))];
        Casing(all);
        foreach (Instruction instruction in all)
        {
            if (instruction.HasEmptyLine)
            {
                log.Add(CheckRule.NoEmptyContinuation, $"Empty continuation line found in: {instruction.Text}", instruction.Lines);
            }

            One(instruction);
        }

        Stages();
    }

    private void Casing(List<Instruction> all)
    {
        int upper = all.Count(instruction => instruction.Written == instruction.Keyword);
        int lower = all.Count(instruction => instruction.Written == Lower(instruction.Keyword));
        bool wantsLower = lower > upper;
        foreach (Instruction instruction in all)
        {
            string wanted = wantsLower ? instruction.Keyword.ToLowerInvariant() : instruction.Keyword;
            if (instruction.Written != wanted)
            {
                log.Add(CheckRule.ConsistentInstructionCasing, $"Command '{instruction.Written}' should match the case of the command majority ({(wantsLower ? "lowercase" : "uppercase")})", instruction.Lines);
            }
        }
    }

    private void Stages()
    {
        HashSet<string> names = [];
        foreach (Stage stage in file.Stages)
        {
            FromInstruction from = stage.From;
            if (from.Name is { } name)
            {
                if (from.WrittenName != name)
                {
                    log.Add(CheckRule.StageNameCasing, $"Stage name '{from.WrittenName}' should be lowercase", from.Lines);
                }

                if (from.As is { } word && IsLower(word) != IsLower(from.Written))
                {
                    log.Add(CheckRule.FromAsCasing, $"'{word}' and '{from.Written}' keywords' casing do not match", from.Lines);
                }

                if (s_reserved.Contains(name))
                {
                    log.Add(CheckRule.ReservedStageName, $"'{name}' is reserved and should not be used as stage name", from.Lines);
                }

                if (!names.Add(name))
                {
                    log.Add(CheckRule.DuplicateStageName, $"Duplicate stage name '{from.WrittenName}', stage names should be unique", from.Lines);
                }
            }

            Description(from, from.Name);
            Platform(from);
            foreach (string keyword in (ReadOnlySpan<string>)["CMD", "ENTRYPOINT", "HEALTHCHECK"])
            {
                foreach (Instruction instruction in stage.Instructions.Where(instruction => instruction.Keyword == keyword).SkipLast(1))
                {
                    log.Add(CheckRule.MultipleInstructionsDisallowed, $"Multiple {keyword} instructions should not be used in the same stage because only the last one will be used", instruction.Lines);
                }
            }

            Directories(stage);
        }
    }

    private void Platform(FromInstruction from)
    {
        switch (from.Platform)
        {
            case null:
                break;
            case "$TARGETPLATFORM" or "${TARGETPLATFORM}":
                log.Add(CheckRule.RedundantTargetPlatform, $"Setting platform to predefined {from.Platform} in FROM is redundant as this is the default behavior", from.Lines);
                break;
            case var written when !written.Contains('$', StringComparison.Ordinal):
                // A stage that says so in its name means it.
                bool named = from.Name is { } name && PlatformParts(written).Any(part => name.Contains(part, StringComparison.Ordinal));
                if (!named)
                {
                    log.Add(CheckRule.FromPlatformFlagConstDisallowed, $"FROM --platform flag should not use constant value \"{written}\"", from.Lines);
                }

                break;
        }
    }

    private static IEnumerable<string> PlatformParts(string platform) => platform.ToLowerInvariant().Split('/').Where(part => part.Length > 0);

    private void Directories(Stage stage)
    {
        bool absolute = false;
        foreach (WorkdirInstruction workdir in stage.Instructions.OfType<WorkdirInstruction>())
        {
            if (workdir.Path.StartsWith('/') || workdir.Path.StartsWith('$'))
            {
                absolute = true;
            }
            else if (!absolute)
            {
                log.Add(CheckRule.WorkdirRelativePath, $"Relative workdir \"{workdir.Path}\" can have unexpected results if the base image changes", workdir.Lines);
            }
        }
    }

    private void One(Instruction instruction)
    {
        switch (instruction)
        {
            case MaintainerInstruction:
                log.Add(CheckRule.MaintainerDeprecated, "Maintainer instruction is deprecated in favor of using label", instruction.Lines);
                break;
            case CmdInstruction { Command: { InShell: true, Args.Count: > 0 } }:
            case EntrypointInstruction { Command: { InShell: true, Args.Count: > 0 } }:
                log.Add(CheckRule.JsonArgsRecommended, $"JSON arguments recommended for {instruction.Keyword} to prevent unintended behavior related to OS signals", instruction.Lines);
                break;
            case EnvInstruction env:
                Legacy(instruction, env.IsLegacy);
                Secrets(instruction, env.Variables);
                break;
            case LabelInstruction label:
                Legacy(instruction, label.IsLegacy);
                break;
            case ArgInstruction arg:
                Secrets(instruction, arg.Args);
                foreach (NamedValue one in arg.Args)
                {
                    Description(arg, one.Name);
                }

                break;
            case ExposeInstruction expose:
                Ports(expose);
                break;
        }
    }

    private void Legacy(Instruction instruction, bool isLegacy)
    {
        if (isLegacy)
        {
            log.Add(CheckRule.LegacyKeyValueFormat, $"\"{instruction.Keyword} key=value\" should be used instead of legacy \"{instruction.Keyword} key value\" format", instruction.Lines);
        }
    }

    private void Secrets(Instruction instruction, IReadOnlyList<NamedValue> variables)
    {
        foreach (NamedValue variable in variables)
        {
            if (SecretName().IsMatch(variable.Name) && !PublicName().IsMatch(variable.Name))
            {
                log.Add(CheckRule.SecretsUsedInArgOrEnv, $"Do not use ARG or ENV instructions for sensitive data ({instruction.Keyword} \"{variable.Name}\")", instruction.Lines);
            }
        }
    }

    private void Ports(ExposeInstruction expose)
    {
        foreach (string port in expose.Ports)
        {
            string protocol = port[(port.IndexOf('/', StringComparison.Ordinal) + 1)..];
            if (protocol != port && protocol != Lower(protocol) && !protocol.Contains('$', StringComparison.Ordinal))
            {
                log.Add(CheckRule.ExposeProtoCasing, $"Defined protocol '{port}' in EXPOSE instruction should be lowercase", expose.Lines);
            }

            if (!port.Contains('$', StringComparison.Ordinal) && port.Contains(':', StringComparison.Ordinal))
            {
                log.Add(CheckRule.ExposeInvalidFormat, $"EXPOSE instruction should not define an IP address or host-port mapping, found '{port}'", expose.Lines);
            }
        }
    }

    private void Description(Instruction instruction, string? name)
    {
        if (instruction.Comments is not [.., var comment] || comment.Length == 0 || (instruction.Comments.Count == 1 && DirectiveLike().IsMatch(comment)))
        {
            return;
        }

        string wanted = name ?? "";
        if (wanted.Length > 0 && comment.Split(' ', 2)[0] != wanted)
        {
            log.Add(CheckRule.InvalidDefinitionDescription, $"Comment for {(instruction is FromInstruction ? "build stage" : "build argument")} should follow the format: `# {wanted} <description>`. If this is not intended to be a description comment, add an empty line or comment between the instruction and the comment.", instruction.Lines);
        }
    }

    private static bool IsLower(string word) => word == Lower(word);

    private static string Lower(string word) => word.ToLowerInvariant();

    [GeneratedRegex("(?i)(?:_|^)(?:apikey|auth|credential|credentials|key|password|pword|passwd|secret|token)(?:_|$)", RegexOptions.CultureInvariant)]
    private static partial Regex SecretName();

    [GeneratedRegex("(?i)(?:_|^)(?:public)(?:_|$)", RegexOptions.CultureInvariant)]
    private static partial Regex PublicName();

    [GeneratedRegex(@"^[a-zA-Z][a-zA-Z0-9]*\s*=", RegexOptions.CultureInvariant)]
    private static partial Regex DirectiveLike();
}
