using Brig.Builds;
using Brig.Builds.Exports;
using Brig.Builds.Verification;
using Brig.Cli.Flags;
using Brig.Containers;
using Brig.Images;

namespace Brig.Cli.Commands.Images;

/// <summary><c>build --verify</c>: builds again without cache, for the times of an image, and says in what the two differ.</summary>
internal static class BuildVerification
{
    public static async Task<int> RunAsync(
        Invocation call, Engine engine, Builder builder, BuildRequest request, string name, Func<Func<IProgress<Builds.BuildEvent>, Task<BuildResult>>, Task<BuildResult>> show, CancellationToken token)
    {
        Image expected = engine.Images.Get(name);
        BuildRequest again = request with { NoCache = true, Newest = request.Newest ?? expected.Created, Tags = [], Outputs = [new BuildOutput { Kind = BuildOutputKind.CacheOnly }] };
        BuildResult result = await show(progress => builder.BuildAsync(again, progress, token));
        IReadOnlyList<string> differences = new ImageComparison(engine.Images).Compare(expected, result.Image);
        if (differences.Count == 0)
        {
            call.Output.WriteLine($"{expected.Id}: reproduced");
            return 0;
        }

        foreach (string difference in differences)
        {
            call.Output.WriteLine(difference);
        }

        throw BrigException.Conflict($"{name} is not reproduced: {differences.Count} difference{(differences.Count == 1 ? "" : "s")}");
    }
}
