namespace Brig.Cli.Templates.Nodes;

/// <summary>A part of a read template; its text is how Go prints it in an error.</summary>
/// <param name="At">Where it stands, in characters from the start of the template.</param>
internal abstract record Node(int At)
{
    public abstract override string ToString();
}
