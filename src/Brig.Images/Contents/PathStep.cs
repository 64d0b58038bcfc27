using Brig.Images.Layers.Index;
using Brig.Oci;

namespace Brig.Images.Contents;

/// <summary>What one layer of an image did to a path.</summary>
/// <param name="Layer">Its number, 1 for the lowest.</param>
/// <param name="Kind">What it has there, in a word: file, directory, symlink, …; empty where it hides.</param>
/// <param name="Mode">The permission bits; 0 where it hides.</param>
/// <param name="Size">Bytes of a regular file.</param>
public sealed record PathStep(int Layer, DiffId DiffId, string CreatedBy, LayerAction Action, string Kind, uint Mode, uint Uid, uint Gid, long Size, DateTimeOffset? Modified);
