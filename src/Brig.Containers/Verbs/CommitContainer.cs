using System.Text.Json;
using Brig.Containers.Specifications;
using Brig.Images;
using Brig.Images.Content;
using Brig.Images.Layers;
using Brig.Linux;
using Brig.Oci.Images;
using Microsoft.Win32.SafeHandles;

namespace Brig.Containers.Verbs;

/// <summary>Makes an image of what a container changed, over the image it was made of. Volumes are no part of it (semantics.md 16).</summary>
public sealed class CommitContainer(Engine engine)
{
    // What the engine itself puts in the way of every container, empty, where the image has nothing there.
    private static readonly HashSet<string> s_engineMade = ["dev", "proc", "sys", "etc/hosts", "etc/hostname", "etc/resolv.conf"];

    public Image Run(Container container, CommitOptions options, CancellationToken token)
    {
        if (container.Specification.ImageId is not { } imageId || engine.Images.Find(imageId) is not { } below)
        {
            throw BrigException.Conflict($"container {container.Name} has no image to build on");
        }

        engine.Images.Layers.Reclaim();
        using ContentLease lease = engine.Images.Lease();
        lease.Hold(below.Layers);
        Layer layer = CopyChanges(container, options, token);
        lease.Hold([layer.DiffId]);
        return engine.Images.Add(JsonSerializer.SerializeToUtf8Bytes(Describe(container, below, layer, options), ImageJson.Documents.ImageConfig), options.Tag);
    }

    private Layer CopyChanges(Container container, CommitOptions options, CancellationToken token)
    {
        using SafeFileHandle upper = Files.Open(new ContainerFiles(engine.Root, container.Id).Upper, OpenFlags.O_RDONLY | OpenFlags.O_DIRECTORY | OpenFlags.O_NOFOLLOW);
        using IDisposable? pause = container.Status == ContainerStatus.Running && !options.WhileRunning ? Pause.Of(container) : null;
        return engine.Images.Layers.Copy(upper, (path, isEmpty) => isEmpty && s_engineMade.Contains(path), token);
    }

    private ImageConfig Describe(Container container, Image below, Layer layer, CommitOptions options)
    {
        ImageConfig config = below.Config;
        DateTimeOffset now = engine.Time.GetUtcNow();
        return config with
        {
            Created = now,
            Author = options.Author ?? config.Author,
            Config = options.Change(Execution(container.Specification, config.Config ?? new ExecutionConfig())),
            RootFs = config.RootFs with { DiffIds = [.. below.Layers, layer.DiffId] },
            History =
            [
                .. config.History ?? [],
                new History { Created = now, CreatedBy = string.Join(' ', container.Specification.Command ?? []), Author = options.Author, Comment = options.Message },
            ],
        };
    }

    /// <summary>The container's own configuration: the image's with what was given for the container over it.</summary>
    private static ExecutionConfig Execution(ContainerSpecification container, ExecutionConfig image) => image with
    {
        User = container.User,
        Env = [.. container.Environment],
        Entrypoint = container.Entrypoint is { Count: > 0 } entrypoint ? entrypoint : null,
        Cmd = container.Command is { Count: > 0 } command ? command : null,
        WorkingDir = container.WorkingDirectory == "/" && string.IsNullOrEmpty(image.WorkingDir) ? image.WorkingDir : container.WorkingDirectory,
        StopSignal = container.StopSignal,
        Labels = container.Labels.Count > 0 ? new SortedDictionary<string, string>(container.Labels.ToDictionary(), StringComparer.Ordinal) : null,
        ExposedPorts = container.ExposedPorts.Count > 0 ? container.ExposedPorts.Order(StringComparer.Ordinal).ToDictionary(port => port, _ => new EmptyObject()) : null,
    };
}
