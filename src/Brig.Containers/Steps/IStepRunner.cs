namespace Brig.Containers.Steps;

/// <summary>Runs build steps in containers.</summary>
public interface IStepRunner
{
    /// <summary>Runs the step to its end and returns the exit code. Cancelling kills it. Nothing but the upper directory's changes stays behind.</summary>
    Task<int> RunAsync(Step step, StepOutput output, CancellationToken token);
}
