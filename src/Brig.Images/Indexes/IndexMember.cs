using Brig.Oci.Images;

namespace Brig.Images.Indexes;

/// <summary>What an index names, and the image or artifact where that is here.</summary>
public sealed record IndexMember(Descriptor Descriptor, Image? Image);
