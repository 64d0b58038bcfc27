namespace Brig.Images.Layers.Index;

/// <summary>One layer's effect on a path. <paramref name="Layer"/> counts from 0, the lowest.</summary>
/// <param name="Entry">What the layer has there; null where it hides.</param>
/// <param name="Below">What showed there before; null where nothing did.</param>
internal readonly record struct PathEvent(int Layer, LayerAction Action, IndexEntry? Entry, IndexEntry? Below);
