using System.Runtime.CompilerServices;
using Brig.Builds.Dockerfiles;
using Brig.Builds.Plan;

namespace Brig.Builds.Tests.Plan;

public sealed class ExampleTests
{
    [Fact]
    public void The_example_parses_and_plans()
    {
        string path = Path.GetFullPath(Path.Combine(Path.GetDirectoryName(Here())!, "../../../examples/python-app/Dockerfile"));
        Dockerfile file = Dockerfile.Parse(File.ReadAllText(path), "Dockerfile");
        BuildScope scope = new(file, new Dictionary<string, string>());
        StagePlan plan = new StagePlanner(file.Stages[0], null, scope).Plan();
        Assert.Equal("debian", scope.ForGlobals.Expand(file.Stages[0].From.Image));
        Assert.Equal(["RunStep", "WorkdirStep", "CopyStep", "RunStep"], plan.Steps.Select(step => step.GetType().Name));
        Assert.Equal(["python3", "app.py"], plan.Config.Cmd);
        Assert.Equal(["8000/tcp"], plan.Config.ExposedPorts!.Keys);
    }

    private static string Here([CallerFilePath] string here = "") => here;
}
