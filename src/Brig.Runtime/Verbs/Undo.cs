namespace Brig.Runtime.Verbs;

/// <summary>Steps that take back what was done, run in reverse; a step that fails is told of and keeps no other from running.</summary>
internal sealed class Undo(RuntimeSettings settings)
{
    private readonly Stack<Action> _steps = new();

    internal void Add(Action step) => _steps.Push(step);

    internal void Run()
    {
        while (_steps.TryPop(out Action? step))
        {
            settings.Attempt(step, "cleaning up: ");
        }
    }
}
