using System.Numerics;
using System.Text.Json;

namespace Brig.Oci.Runtime;

/// <summary>
/// A value of a runtime specification's document, and where it stands there: an error names the field. The framework's serializer reads the
/// same documents, but what it prepares for their forty types takes longer than a container's creation.
/// </summary>
internal sealed class SpecNode
{
    private readonly JsonElement _value;
    private readonly SpecNode? _parent;
    private readonly string _name;

    internal SpecNode(JsonElement value, SpecNode? parent = null, string name = "")
    {
        (_value, _parent, _name) = (value, parent, name);
    }

    private string Path => _parent is null ? "" : _parent.Path is { Length: > 0 } above ? above + (_name[0] == '[' ? "" : ".") + _name : _name;

    internal string? Text(string name) => Find(name)?.AsText();

    internal string RequiredText(string name) => Required(name).AsText();

    internal bool Flag(string name) => OptionalFlag(name) ?? false;

    internal bool? OptionalFlag(string name) => Find(name) is not { } node ? null
        : node._value.ValueKind is JsonValueKind.True or JsonValueKind.False ? node._value.GetBoolean()
        : throw node.Wrong("must be true or false");

    internal T Number<T>(string name)
        where T : struct, IBinaryInteger<T>, IMinMaxValue<T> => OptionalNumber<T>(name) ?? T.Zero;

    internal T? OptionalNumber<T>(string name)
        where T : struct, IBinaryInteger<T>, IMinMaxValue<T> => Find(name)?.AsNumber<T>();

    internal T? Object<T>(string name, Func<SpecNode, T> read)
        where T : class => Find(name) is { } node ? read(node.OfKind(JsonValueKind.Object, "an object")) : null;

    internal T RequiredObject<T>(string name, Func<SpecNode, T> read) => read(Required(name).OfKind(JsonValueKind.Object, "an object"));

    internal IReadOnlyList<string>? Texts(string name) => Items(name, static item => item.AsText());

    internal IReadOnlyList<string> RequiredTexts(string name) => Texts(name) ?? throw Missing(name);

    internal IReadOnlyList<T>? Numbers<T>(string name)
        where T : struct, IBinaryInteger<T>, IMinMaxValue<T> => Items(name, static item => item.AsNumber<T>());

    internal IReadOnlyList<T>? List<T>(string name, Func<SpecNode, T> read) => Items(name, item => read(item.OfKind(JsonValueKind.Object, "an object")));

    internal IReadOnlyDictionary<string, string>? TextMap(string name) => Entries(name, static entry => entry.AsText());

    internal IReadOnlyDictionary<string, T>? Map<T>(string name, Func<SpecNode, T> read) => Entries(name, entry => read(entry.OfKind(JsonValueKind.Object, "an object")));

    internal SpecNode OfKind(JsonValueKind kind, string article) => _value.ValueKind == kind ? this : throw Wrong($"must be {article}");

    private List<T>? Items<T>(string name, Func<SpecNode, T> read)
    {
        if (Find(name)?.OfKind(JsonValueKind.Array, "a list") is not { } list)
        {
            return null;
        }

        List<T> items = new(list._value.GetArrayLength());
        foreach (JsonElement item in list._value.EnumerateArray())
        {
            items.Add(read(new SpecNode(item, list, $"[{items.Count}]")));
        }

        return items;
    }

    private Dictionary<string, T>? Entries<T>(string name, Func<SpecNode, T> read)
    {
        if (Find(name)?.OfKind(JsonValueKind.Object, "an object") is not { } map)
        {
            return null;
        }

        Dictionary<string, T> entries = [];
        foreach (JsonProperty entry in map._value.EnumerateObject())
        {
            entries[entry.Name] = read(new SpecNode(entry.Value, map, entry.Name));
        }

        return entries;
    }

    private string AsText()
    {
        try
        {
            return OfKind(JsonValueKind.String, "a string")._value.GetString()!;
        }
        catch (InvalidOperationException error)
        {
            throw BrigException.Invalid($"{Path}: is no valid UTF-8 or UTF-16", error);
        }
    }

    private T AsNumber<T>()
        where T : struct, IBinaryInteger<T>, IMinMaxValue<T>
    {
        Int128 smallest = Int128.CreateChecked(T.MinValue), largest = Int128.CreateChecked(T.MaxValue);
        Int128? number = _value.ValueKind != JsonValueKind.Number ? null
            : _value.TryGetInt64(out long signed) ? signed
            : _value.TryGetUInt64(out ulong unsigned) ? unsigned
            : null;
        return number >= smallest && number <= largest ? T.CreateChecked(number.Value) : throw Wrong($"must be a whole number from {smallest} to {largest}");
    }

    /// <summary>Null where there is no such field; null in the document is none.</summary>
    private SpecNode? Find(string name) =>
        _value.TryGetProperty(name, out JsonElement value) && value.ValueKind != JsonValueKind.Null ? new SpecNode(value, this, name) : null;

    private SpecNode Required(string name) => Find(name) ?? throw Missing(name);

    private BrigException Missing(string name) => new SpecNode(default, this, name).Wrong("is missing");

    private BrigException Wrong(string what) => BrigException.Invalid(Path.Length == 0 ? what : $"{Oci.Text.Quote(Path)}: {what}");
}
