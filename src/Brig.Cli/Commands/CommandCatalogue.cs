using Brig.Cli.Commands.Builders;
using Brig.Cli.Commands.Containers;
using Brig.Cli.Commands.Images;
using Brig.Cli.Commands.Manifests;
using Brig.Cli.Commands.Registry;
using Brig.Cli.Commands.Networks;
using Brig.Cli.Commands.System;
using Brig.Cli.Commands.Volumes;
using Brig.Cli.Flags;
using Brig.Linux;

namespace Brig.Cli.Commands;

/// <summary>Every command of the program, where Docker's users look for it.</summary>
internal static class CommandCatalogue
{
    internal const string Version = "0.1.0";

    public static CommandTree Create() => new("brig", Version, "A container engine for Linux")
    {
        Width = () => Terminal.TrySize(1)?.Columns ?? 80,
        Common =
        [
            RunCommand.Definition, ExecCommand.Definition, PsCommand.Definition, BuildCommand.Definition, PullCommand.Definition,
            PushCommand.Definition, ImagesCommand.Definition, LoginCommand.Definition, LogoutCommand.Definition, SearchCommand.Definition, VersionCommand.Definition, InfoCommand.Definition,
        ],
        Commands =
        [
            AttachCommand.Definition, CommitCommand.Definition, CpCommand.Definition, CreateCommand.Definition, ExportCommand.Definition, HistoryCommand.Definition, ImportCommand.Definition, InspectCommand.Definition,
            KillCommand.Definition, LoadCommand.Definition, LogsCommand.Definition, PortCommand.Definition, PortsCommand.Definition, RenameCommand.Definition,
            RestartCommand.Definition, RmCommand.Definition, RmiCommand.Definition, SaveCommand.Definition, StartCommand.Definition, StatsCommand.Definition, StopCommand.Definition,
            TagCommand.Definition, TopCommand.Definition, WaitCommand.Definition,
        ],
        Groups =
        [
            new CommandGroup("builder", "Manage builds and their cache", () =>
            [
                BuildCommand.Definition, BuilderCacheCommand.Definition, DebugCommand.Definition, DiskUsageCommand.Definition, BuilderHistoryCommand.Definition, BuilderPruneCommand.Definition,
            ]),
            new CommandGroup("buildx", "Manage builds as Docker's plugin does", () =>
            [
                BuildCommand.Definition.As("build", "b"), BuilderCacheCommand.Definition, DebugCommand.Definition, DiskUsageCommand.Definition, BuilderHistoryCommand.Definition, BuilderInspectCommand.Definition, BuilderListCommand.Definition,
                BuilderPruneCommand.Definition, VersionCommand.Definition,
            ]),
            new CommandGroup("container", "Manage containers", () =>
            [
                AttachCommand.Definition, CommitCommand.Definition, CpCommand.Definition, CreateCommand.Definition, ExecCommand.Definition, ExportCommand.Definition, InspectCommand.Definition, KillCommand.Definition,
                LogsCommand.Definition, PsCommand.Definition.As("ls", "list", "ps"), PortCommand.Definition, ContainerPruneCommand.Definition,
                RenameCommand.Definition, RestartCommand.Definition, RmCommand.Definition.As("rm", "remove"), RunCommand.Definition, StartCommand.Definition,
                StatsCommand.Definition, StopCommand.Definition, TopCommand.Definition, WaitCommand.Definition,
            ]),
            new CommandGroup("image", "Manage images", () =>
            [
                BuildCommand.Definition, ConvertCommand.Definition, HistoryCommand.Definition, ImportCommand.Definition, InspectCommand.Definition, LayersCommand.Definition, LoadCommand.Definition,
                ImagesCommand.Definition.As("ls", "list"), PullCommand.Definition, PushCommand.Definition, RmiCommand.Definition.As("rm", "remove"),
                SaveCommand.Definition, TagCommand.Definition, ImagePruneCommand.Definition, WhyCommand.Definition,
            ]),
            new CommandGroup("manifest", "Manage Docker image manifests and manifest lists", () =>
            [
                ManifestAnnotateCommand.Definition, ManifestCreateCommand.Definition, ManifestInspectCommand.Definition, ManifestPushCommand.Definition,
                ManifestRmCommand.Definition,
            ]),
            new CommandGroup("registry", "Look into registries", () => [ReferrersCommand.Definition, RemoveCommand.Definition, TagsCommand.Definition]),
            new CommandGroup("network", "Manage networks", () =>
            [
                NetworkConnectCommand.Definition, NetworkCreateCommand.Definition, NetworkDisconnectCommand.Definition, InspectCommand.Definition,
                NetworkLsCommand.Definition, NetworkPruneCommand.Definition, NetworkReloadCommand.Definition, NetworkRmCommand.Definition, NetworkUpdateCommand.Definition,
            ]),
            new CommandGroup("system", "Manage Brig", () => [CheckCommand.Definition, DfCommand.Definition, InfoCommand.Definition]),
            new CommandGroup("volume", "Manage volumes", () =>
            [
                VolumeCreateCommand.Definition, VolumeInspectCommand.Definition, VolumeLsCommand.Definition, VolumePruneCommand.Definition, VolumeRmCommand.Definition,
            ]),
        ],
    };
}
