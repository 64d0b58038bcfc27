using Brig.Runtime.Conformance.Support;

namespace Brig.Runtime.Conformance.Stress;

public sealed class LaunchTests
{
    [Clause("runtime.md#lifecycle"), EachRuntime(Only = "brig")]
    public void Three_hundred_launches_under_load_leave_nothing(string runtime)
    {
        string command = string.Join(' ', OciRuntime.All[runtime].Command);
        Outcome outcome = Host.Try($"BRIG_RUNTIME='{command}' bash {AppContext.BaseDirectory}/launches.sh 300", 400);
        Assert.True(outcome.ExitCode == 0, outcome.ToString());
        Assert.Contains("No failure, no hang, nothing left.", outcome.Output, StringComparison.Ordinal);
    }
}
