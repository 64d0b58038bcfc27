namespace Brig.Builds.Plan;

/// <summary>Environment variables in the order in which they were first set.</summary>
internal sealed class VariableList
{
    private readonly List<(string Name, string Value)> _list = [];

    internal IReadOnlyList<(string Name, string Value)> All => _list;

    internal IReadOnlyList<string> Pairs => [.. _list.Select(variable => $"{variable.Name}={variable.Value}")];

    internal VariableList Copy()
    {
        VariableList copy = new();
        copy._list.AddRange(_list);
        return copy;
    }

    internal void Set(string name, string value)
    {
        int at = _list.FindIndex(variable => variable.Name == name);
        if (at < 0)
        {
            _list.Add((name, value));
        }
        else
        {
            _list[at] = (name, value);
        }
    }

    internal string? Get(string name)
    {
        int at = _list.FindIndex(variable => variable.Name == name);
        return at < 0 ? null : _list[at].Value;
    }

    internal void SetAll(IEnumerable<string> pairs)
    {
        foreach (string pair in pairs)
        {
            int equals = pair.IndexOf('=', StringComparison.Ordinal);
            Set(equals < 0 ? pair : pair[..equals], equals < 0 ? "" : pair[(equals + 1)..]);
        }
    }
}
