using Brig.Builds.Execution;
using Brig.Builds.Graph;
using Brig.Images;
using Brig.Oci;

namespace Brig.Builds.Sources;

/// <summary>The contexts of <c>--build-context</c>: directories, images, OCI layouts, repositories, archives, stages. They stand before stages and images of their name.</summary>
internal sealed class NamedContexts(IReadOnlyDictionary<string, string> given, ContextLoader loader, LayoutImages layouts, BaseImages bases) : IDisposable
{
    private readonly Lock _lock = new();
    private readonly Dictionary<string, Task<Origin>> _found = [];

    /// <summary>The stage of the Dockerfile that a context stands for (<c>target:STAGE</c>); null where it is none, or no context has the name.</summary>
    internal string? StageOf(string name, Platform platform) => KeyOf(name, platform) is { } key ? After(given[key], "target:") : null;

    /// <summary>Null where no context has the name. One for a platform is written <c>name::linux/arm64</c>.</summary>
    internal async Task<Origin?> TryFindAsync(string name, Platform platform, CancellationToken token)
    {
        if (KeyOf(name, platform) is not { } key)
        {
            return null;
        }

        Task<Origin> found;
        lock (_lock)
        {
            string once = $"{key}\0{platform}";
            found = _found.TryGetValue(once, out Task<Origin>? known) ? known : _found[once] = OpenAsync(name, given[key], platform, token);
        }

        return await found;
    }

    public void Dispose()
    {
        foreach (Task<Origin> task in _found.Values)
        {
            if (task is { IsCompletedSuccessfully: true, Result: Origin.OfFolder folder })
            {
                folder.Tree.Dispose();
            }
        }
    }

    private string? KeyOf(string name, Platform platform) => Keys(name).SelectMany(one => (string[])[$"{one}::{platform}", one]).FirstOrDefault(given.ContainsKey);

    private IEnumerable<string> Keys(string name)
    {
        yield return name;
        foreach (string other in given.Keys)
        {
            string plain = other.Split("::")[0];
            if (plain.Equals(name, StringComparison.OrdinalIgnoreCase)
                || (ImageReference.TryParse(plain, out ImageReference? one) && ImageReference.TryParse(name, out ImageReference? two) && one.WithDefaultTag() == two.WithDefaultTag()))
            {
                yield return plain;
            }
        }
    }

    private async Task<Origin> OpenAsync(string name, string place, Platform platform, CancellationToken token)
    {
        try
        {
            if (After(place, "docker-image://") is { } image)
            {
                return new Origin.OfImage(await bases.FindAsync(image, platform, token));
            }

            if (After(place, "oci-layout://") is { } layout)
            {
                return new Origin.OfImage(await layouts.LoadAsync(layout, platform, token));
            }

            return new Origin.OfFolder(await loader.OpenAsync(place, token), name);
        }
        catch (BrigException error)
        {
            throw new BrigException(error.Kind, $"build context {Text.Quote(name)}: {error.Message}", error);
        }
    }

    private static string? After(string text, string scheme) => text.StartsWith(scheme, StringComparison.Ordinal) ? text[scheme.Length..] : null;
}
