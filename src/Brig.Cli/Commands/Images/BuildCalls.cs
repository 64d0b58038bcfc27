using Brig.Builds;
using Brig.Builds.Checks;
using Brig.Cli.Flags;
using Brig.Cli.Progress;

namespace Brig.Cli.Commands.Images;

/// <summary>What <c>build</c> answers without building: <c>--check</c>, <c>--call=outline</c>, <c>--call=targets</c>.</summary>
internal static class BuildCalls
{
    public static async Task<int> RunAsync(Invocation call, Builder builder, BuildRequest request, string method, CancellationToken token)
    {
        string excerpt = "";
        DirectProgress<Builds.BuildEvent> progress = new(news => excerpt = news is BuildFailed failed ? failed.Excerpt : excerpt);
        try
        {
            if (method is "check" or "lint")
            {
                return Check(call, request, await builder.CheckAsync(request, progress, token));
            }

            BuildOutline outline = await builder.OutlineAsync(request, progress, token);
            if (method == "targets")
            {
                Targets(call, outline);
            }
            else
            {
                Outline(call, outline);
            }

            return 0;
        }
        catch (BrigException)
        {
            call.Error.Write(excerpt);
            throw;
        }
    }

    private static int Check(Invocation call, BuildRequest request, IReadOnlyList<CheckWarning> warnings)
    {
        string text = request.DockerfileText ?? ReadText(request);
        string name = request.DockerfilePath is null ? "Dockerfile" : Path.GetFileName(request.DockerfilePath);
        if (warnings.Count == 0)
        {
            call.Output.WriteLine("Check complete, no warnings found.");
            return 0;
        }

        foreach (CheckWarning warning in warnings)
        {
            call.Output.WriteLine($"\nWARNING: {warning.Rule} - {warning.Address}");
            call.Output.WriteLine(warning.Detail);
            call.Output.Write(CheckExcerpt.Of(text, name, warning));
        }

        call.Output.WriteLine($"\nCheck complete, {warnings.Count} warning{(warnings.Count == 1 ? " has" : "s have")} been found!");
        return 1;
    }

    private static string ReadText(BuildRequest request)
    {
        string path = request.DockerfilePath ?? Path.Combine(request.ContextDirectory, "Dockerfile");
        return Linux.Files.TryReadText(path, 16 << 20) ?? "";
    }

    private static void Targets(Invocation call, BuildOutline outline)
    {
        List<(string Name, string Description)> rows = [("TARGET", "DESCRIPTION")];
        rows.AddRange(outline.Targets.Select(target => (target.IsDefault ? target.Name.Length > 0 ? target.Name + " (default)" : "(default)" : target.Name, target.Description)));
        Write(call, [.. rows.Select(row => (string[])[row.Name, row.Description])]);
    }

    private static void Outline(Invocation call, BuildOutline outline)
    {
        if (outline.Name.Length > 0)
        {
            Write(call, [["TARGET:", outline.Name], ["DESCRIPTION:", outline.Description]]);
            call.Output.WriteLine();
        }

        Write(call, [["BUILD ARG", "VALUE", "DESCRIPTION"], .. outline.Args.Select(arg => (string[])[arg.Name, arg.Value ?? "", arg.Description])]);
        if (outline.Secrets.Count > 0)
        {
            call.Output.WriteLine();
            Write(call, [["SECRET", "REQUIRED"], .. outline.Secrets.Select(secret => (string[])[secret.Id, secret.Required ? "true" : ""])]);
        }

        if (outline.Agents.Count > 0)
        {
            call.Output.WriteLine();
            Write(call, [["SSH", "REQUIRED"], .. outline.Agents.Select(agent => (string[])[agent.Id, agent.Required ? "true" : ""])]);
        }

        if (outline.Caches.Count > 0)
        {
            call.Output.WriteLine();
            Write(call, [["CACHE"], .. outline.Caches.Select(cache => (string[])[cache])]);
        }
    }

    private static void Write(Invocation call, string[][] rows)
    {
        int[] widths = [.. Enumerable.Range(0, rows.Max(row => row.Length)).Select(column => rows.Max(row => column < row.Length ? row[column].Length : 0) + 3)];
        foreach (string[] row in rows)
        {
            call.Output.WriteLine(string.Concat(row.Select((cell, column) => cell.PadRight(widths[column]))).TrimEnd());
        }
    }
}
