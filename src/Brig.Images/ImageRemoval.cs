using Brig.Oci;

namespace Brig.Images;

/// <summary>Docker's rules of what goes when a name or an image is removed. Runs inside one transaction; the files go after it.</summary>
internal sealed class ImageRemoval(ImageStore store, RemovalOptions options)
{
    private const string ContainerPrefix = "container:";

    /// <summary>What was removed, and the layers that may be unused now.</summary>
    internal (IReadOnlyList<RemovedItem> Items, IReadOnlyList<Digest> Content) Run(string nameOrId)
    {
        Image image = store.Get(nameOrId);
        List<RemovedItem> items = [];
        return ImageStore.IsIdOf(nameOrId, image) ? RemoveById(image, items) : RemoveName(NameOf(nameOrId, image), image, items);
    }

    /// <summary>The image's name that was meant: what a short name stands for where it is none of the image's itself.</summary>
    private ImageReference NameOf(string text, Image image) => store.OtherNames(text).Prepend(ImageReference.Parse(text))
        .First(name => image.Tags.Concat(image.Digests).Any(known => known.Name == name.Name)).WithDefaultTag();

    /// <summary>Deletes an image with all its names, or hides it while somebody uses it; gives its layers where it is gone.</summary>
    internal IReadOnlyList<Digest> Delete(Image image, List<RemovedItem> items)
    {
        foreach (ImageReference name in image.Tags.Concat(image.Digests))
        {
            Untag(name, items);
        }

        items.Add(new RemovedItem(null, image.Id.Value));
        List<Digest> content = [.. store.EndIndexes()];
        if (store.Table.Users(image.Id).Count > 0)
        {
            store.Table.Hide(image.Id);
            return content;
        }

        IReadOnlyList<DiffId> layers = image.Layers;
        content.AddRange(store.Table.ContentOf(image));
        store.Table.Delete(image.Id);
        IReadOnlyList<Digest> chain = LayerStack.ChainIds(layers);
        for (int i = layers.Count - 1; i >= 0 && !store.Garbage.IsHeld(layers[i].Digest); i--)
        {
            items.Add(new RemovedItem(null, chain[i].Value));
        }

        return content;
    }

    private (IReadOnlyList<RemovedItem>, IReadOnlyList<Digest>) RemoveName(ImageReference name, Image image, List<RemovedItem> items)
    {
        if (!options.Force && IsOneName(image) && Containers(image).FirstOrDefault() is { } container)
        {
            throw BrigException.Conflict($"conflict: unable to remove repository reference \"{name}\" (must force) - container {Short(container)} is using its referenced image {image.Id.Short}");
        }

        Untag(name, items);
        List<ImageReference> left = [.. image.Tags.Concat(image.Digests).Where(other => other != name)];
        if (name.Digest is null && !left.Exists(other => other.Digest is null && other.Name == name.Name))
        {
            foreach (ImageReference digest in left.Where(other => other.Name == name.Name))
            {
                Untag(digest, items);
            }

            left.RemoveAll(other => other.Name == name.Name);
        }

        // The name is gone, which was asked for: an image that a container uses stays without one.
        if (left.Count > 0 || Containers(image).Any(options.IsRunning) || (!options.Force && Containers(image).Any()))
        {
            return (items, store.EndIndexes());
        }

        return (items, Delete(store.Find(image.Id)!, items));
    }

    private (IReadOnlyList<RemovedItem>, IReadOnlyList<Digest>) RemoveById(Image image, List<RemovedItem> items)
    {
        if (Containers(image).FirstOrDefault(options.IsRunning) is { } running)
        {
            throw BrigException.Conflict($"conflict: unable to delete {image.Id.Short} (cannot be forced) - image is being used by running container {Short(running)}");
        }

        if (!options.Force)
        {
            if (!IsOneName(image))
            {
                throw BrigException.Conflict($"conflict: unable to delete {image.Id.Short} (must be forced) - image is referenced in multiple repositories");
            }

            if (Containers(image).FirstOrDefault() is { } stopped)
            {
                throw BrigException.Conflict($"conflict: unable to delete {image.Id.Short} (must be forced) - image is being used by stopped container {Short(stopped)}");
            }
        }

        return (items, Delete(image, items));
    }

    private void Untag(ImageReference name, List<RemovedItem> items)
    {
        store.Table.Forget(name);
        items.Add(new RemovedItem(name.Familiar, null));
    }

    private IEnumerable<string> Containers(Image image) =>
        store.Table.Users(image.Id).Where(user => user.StartsWith(ContainerPrefix, StringComparison.Ordinal)).Select(user => user[ContainerPrefix.Length..]);

    /// <summary>At most one tag, and every digest of that tag's repository.</summary>
    private static bool IsOneName(Image image) =>
        image.Tags.Count <= 1 && image.Tags.Concat(image.Digests).Select(name => name.Name).Distinct().Count() <= 1;

    private static string Short(string id) => id.Length > 12 ? id[..12] : id;
}
