namespace Brig.Cli.Templates;

/// <summary>Data with named fields that a template reads: a row of a list, or the header of its table.</summary>
internal abstract class TemplateRecord
{
    /// <summary>What an error calls its type.</summary>
    public abstract string TypeName { get; }

    /// <summary>The fields that <c>json</c> shows.</summary>
    public abstract IEnumerable<string> Names { get; }

    public abstract bool TryRead(string name, out object? value);

    /// <summary>A field that takes arguments, such as <c>{{.Label "key"}}</c>.</summary>
    public virtual bool TryCall(string name, IReadOnlyList<object?> arguments, out object? value)
    {
        value = null;
        return false;
    }
}
