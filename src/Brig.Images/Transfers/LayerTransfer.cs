using Brig.Images.Content;
using Brig.Oci;
using Brig.Oci.Images;

namespace Brig.Images.Transfers;

/// <summary>A layer on its way: what it must become, what the registry has of it, and the file between the two.</summary>
internal sealed record LayerTransfer(DiffId Layer, Descriptor Blob, GrowingFile File);
