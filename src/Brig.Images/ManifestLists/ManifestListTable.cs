using System.Text.Json;
using Brig.Oci;
using Brig.Oci.Images;
using Brig.State;

namespace Brig.Images.ManifestLists;

/// <summary>The rows of manifest lists that were begun and not yet removed.</summary>
internal sealed class ManifestListTable(Database database)
{
    /// <summary>The images of a list in the order in which they came; none where there is no such list.</summary>
    internal List<ManifestListEntry> Find(string list) => database.Query("SELECT image, descriptor, content FROM manifest_lists WHERE list = $list ORDER BY rowid",
        row => new ManifestListEntry(ImageReference.Parse(row.GetString(0)), JsonSerializer.Deserialize(row.GetBytes(1), ImageJson.Documents.Descriptor)!, row.GetBytes(2)), ("$list", list));

    internal void Set(string list, ManifestListEntry entry) => database.Execute(
        "INSERT INTO manifest_lists (list, image, descriptor, content) VALUES ($list, $image, $descriptor, $content) ON CONFLICT DO UPDATE SET descriptor = $descriptor, content = $content",
        ("$list", list), ("$image", entry.Image.Familiar), ("$descriptor", JsonSerializer.SerializeToUtf8Bytes(entry.Descriptor, ImageJson.Documents.Descriptor)), ("$content", entry.Content.ToArray()));

    /// <summary>False where there was none.</summary>
    internal bool Remove(string list) => database.Execute("DELETE FROM manifest_lists WHERE list = $list", ("$list", list)) > 0;

    internal T Transaction<T>(Func<T> work) => database.Transaction(work);
}
