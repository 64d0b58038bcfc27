using Brig.Cli.Text;
using Brig.Containers;

namespace Brig.Cli.Commands.Containers;

/// <summary>A container's status as lists show it (semantics.md 55).</summary>
internal static class StatusText
{
    public static string Of(Container container) => container.Status switch
    {
        ContainerStatus.Running => "Up " + HumanDuration.Format(TimeProvider.System.GetUtcNow() - (container.State.StartedAt ?? container.Created)),
        ContainerStatus.Exited => $"Exited ({container.State.ExitCode}) {HumanDuration.Ago(container.State.FinishedAt ?? container.Created, TimeProvider.System)}",
        ContainerStatus.Removing => "Removal In Progress",
        _ => "Created",
    };
}
