using System.Globalization;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using Brig.Images.Bundles;
using Brig.Oci;
using Microsoft.Win32.SafeHandles;

namespace Brig.Builds.Attestations;

/// <summary>Writes in-toto statements about an image: its packages in SPDX 2.3, its making in SLSA provenance v1. The same image gets the same bytes.</summary>
internal static class Statements
{
    private const string SpdxType = "https://spdx.dev/Document", ProvenanceType = "https://slsa.dev/provenance/v1";
    private const string BuildType = "https://github.com/moby/buildkit/blob/master/docs/attestations/slsa-definitions.md";

    internal static Attestation Sbom(SafeFileHandle root, string name, DateTimeOffset created)
    {
        PackageDatabases databases = new(root);
        IReadOnlyList<InstalledPackage> packages = databases.Read();
        IReadOnlyDictionary<string, string> release = databases.Release();
        return new Attestation(SpdxType, digest => Statement(SpdxType, name, digest, json => Spdx(json, name, digest, created, packages, release)));
    }

    internal static Attestation Provenance(ProvenanceFacts facts, string name) =>
        new(ProvenanceType, digest => Statement(ProvenanceType, name, digest, json => Slsa(json, facts)));

    private static byte[] Statement(string type, string name, Digest subject, Action<Utf8JsonWriter> predicate)
    {
        using MemoryStream output = new();
        using (Utf8JsonWriter json = new(output, new JsonWriterOptions { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping, Indented = false }))
        {
            json.WriteStartObject();
            json.WriteString("_type", "https://in-toto.io/Statement/v0.1");
            json.WriteString("predicateType", type);
            json.WriteStartArray("subject");
            json.WriteStartObject();
            json.WriteString("name", name);
            json.WriteStartObject("digest");
            json.WriteString(subject.Algorithm, subject.Hex);
            json.WriteEndObject();
            json.WriteEndObject();
            json.WriteEndArray();
            json.WriteStartObject("predicate");
            predicate(json);
            json.WriteEndObject();
            json.WriteEndObject();
        }

        return output.ToArray();
    }

    private static void Spdx(Utf8JsonWriter json, string name, Digest image, DateTimeOffset created, IReadOnlyList<InstalledPackage> packages, IReadOnlyDictionary<string, string> release)
    {
        json.WriteString("spdxVersion", "SPDX-2.3");
        json.WriteString("dataLicense", "CC0-1.0");
        json.WriteString("SPDXID", "SPDXRef-DOCUMENT");
        json.WriteString("name", name);
        json.WriteString("documentNamespace", $"https://spdx.org/spdxdocs/brig-{image.Hex}");
        json.WriteStartObject("creationInfo");
        json.WriteString("created", created.UtcDateTime.ToString("yyyy-MM-ddTHH:mm:ssZ", CultureInfo.InvariantCulture));
        json.WriteStartArray("creators");
        json.WriteStringValue("Tool: brig");
        json.WriteEndArray();
        json.WriteEndObject();
        json.WriteStartArray("packages");
        Package(json, "SPDXRef-image", name, image.Value, "", "", null);
        for (int i = 0; i < packages.Count; i++)
        {
            InstalledPackage package = packages[i];
            Package(json, $"SPDXRef-Package-{package.Kind}-{i + 1}", package.Name, package.Version, package.License, package.Supplier, Address(package, release));
        }

        json.WriteEndArray();
        json.WriteStartArray("relationships");
        Relationship(json, "SPDXRef-DOCUMENT", "DESCRIBES", "SPDXRef-image");
        for (int i = 0; i < packages.Count; i++)
        {
            Relationship(json, "SPDXRef-image", "CONTAINS", $"SPDXRef-Package-{packages[i].Kind}-{i + 1}");
        }

        json.WriteEndArray();
    }

    private static void Package(Utf8JsonWriter json, string id, string name, string version, string license, string supplier, string? address)
    {
        json.WriteStartObject();
        json.WriteString("SPDXID", id);
        json.WriteString("name", name);
        json.WriteString("versionInfo", version);
        json.WriteString("supplier", supplier.Length > 0 ? "Person: " + supplier : "NOASSERTION");
        json.WriteString("downloadLocation", "NOASSERTION");
        json.WriteBoolean("filesAnalyzed", false);
        json.WriteString("licenseConcluded", "NOASSERTION");
        json.WriteString("licenseDeclared", "NOASSERTION");
        if (license.Length > 0)
        {
            json.WriteString("licenseComments", license);
        }

        json.WriteString("copyrightText", "NOASSERTION");
        if (address is not null)
        {
            json.WriteStartArray("externalRefs");
            json.WriteStartObject();
            json.WriteString("referenceCategory", "PACKAGE-MANAGER");
            json.WriteString("referenceType", "purl");
            json.WriteString("referenceLocator", address);
            json.WriteEndObject();
            json.WriteEndArray();
        }

        json.WriteEndObject();
    }

    private static void Relationship(Utf8JsonWriter json, string from, string type, string to)
    {
        json.WriteStartObject();
        json.WriteString("spdxElementId", from);
        json.WriteString("relationshipType", type);
        json.WriteString("relatedSpdxElement", to);
        json.WriteEndObject();
    }

    // The package URL (package-url/purl-spec, types deb, apk, rpm).
    private static string Address(InstalledPackage package, IReadOnlyDictionary<string, string> release)
    {
        string space = release.GetValueOrDefault("ID", package.Kind switch { "deb" => "debian", "apk" => "alpine", _ => "redhat" });
        StringBuilder address = new($"pkg:{package.Kind}/{Uri.EscapeDataString(space)}/{Uri.EscapeDataString(package.Name)}@{Uri.EscapeDataString(package.Version)}");
        string separator = "?";
        if (package.Architecture.Length > 0)
        {
            address.Append(separator).Append("arch=").Append(Uri.EscapeDataString(package.Architecture));
            separator = "&";
        }

        if (release.GetValueOrDefault("VERSION_ID") is { Length: > 0 } version)
        {
            address.Append(separator).Append("distro=").Append(Uri.EscapeDataString($"{space}-{version}"));
        }

        return address.ToString();
    }

    private static void Slsa(Utf8JsonWriter json, ProvenanceFacts facts)
    {
        json.WriteStartObject("buildDefinition");
        json.WriteString("buildType", BuildType);
        json.WriteStartObject("externalParameters");
        json.WriteStartObject("configSource");
        json.WriteString("path", facts.Dockerfile);
        json.WriteStartObject("digest");
        json.WriteString("sha256", facts.DockerfileDigest.Hex);
        json.WriteEndObject();
        json.WriteEndObject();
        json.WriteStartObject("request");
        json.WriteString("frontend", "dockerfile.v0");
        json.WriteStartObject("args");
        foreach ((string name, string value) in facts.Args.OrderBy(pair => pair.Key, StringComparer.Ordinal))
        {
            json.WriteString(name, value);
        }

        json.WriteEndObject();
        json.WriteEndObject();
        json.WriteEndObject();
        json.WriteStartObject("internalParameters");
        json.WriteString("builderPlatform", Platform.Host.ToString());
        json.WriteEndObject();
        json.WriteStartArray("resolvedDependencies");
        foreach ((string uri, Digest digest) in facts.Materials)
        {
            json.WriteStartObject();
            json.WriteString("uri", uri);
            json.WriteStartObject("digest");
            json.WriteString(digest.Algorithm, digest.Hex);
            json.WriteEndObject();
            json.WriteEndObject();
        }

        json.WriteEndArray();
        json.WriteEndObject();
        json.WriteStartObject("runDetails");
        json.WriteStartObject("builder");
        json.WriteString("id", "");
        json.WriteEndObject();
        json.WriteEndObject();
    }
}
