using Brig.Containers.Steps;

namespace Brig.Builds;

/// <summary>Hears of steps while everything that they work on is still there.</summary>
public interface IStepObserver
{
    /// <summary>A RUN has failed; the build goes on to fail once this returns.</summary>
    Task FailedAsync(Step step, string instruction, string reason, CancellationToken token);

    /// <summary>The build stops before a line; it goes on, or ends, by what this returns.</summary>
    Task<bool> ReachedAsync(Step step, string instruction, int line, CancellationToken token);
}
