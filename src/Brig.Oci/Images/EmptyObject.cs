namespace Brig.Oci.Images;

/// <summary>The <c>{}</c> that documents written in Go use for the members of a set.</summary>
public sealed record EmptyObject;
