namespace Brig.Builds.Attestations;

/// <summary>A package that a package manager's database names. <paramref name="Kind"/> is that of a package URL: deb, apk, rpm.</summary>
internal sealed record InstalledPackage(string Kind, string Name, string Version, string Architecture, string License, string Supplier);
