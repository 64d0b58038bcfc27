namespace Brig.Images.Layers.Index;

/// <summary>XxHash3 of files' contents by inode, gathered while they are written or read for another purpose, so that nobody has to read them again.</summary>
internal sealed class ContentSums
{
    private readonly Dictionary<ulong, ulong> _sums = [];

    /// <summary>Whether a file or directory may have extended attributes. Where nothing has, nobody needs to ask for them.</summary>
    internal bool MayHaveAttributes { get; set; }

    /// <summary>An inode that comes again was removed before: the last one counts.</summary>
    internal void Add(ulong inode, ulong sum) => _sums[inode] = sum;

    internal void Forget(ulong inode) => _sums.Remove(inode);

    internal bool TryGet(ulong inode, out ulong sum) => _sums.TryGetValue(inode, out sum);
}
