using Brig.Images;

namespace Brig.Builds;

/// <summary>Keeps an image that no list shows until it is disposed.</summary>
internal sealed class ImageUse(ImageStore images, string user) : IDisposable
{
    public void Dispose() => images.Release(user);
}
