namespace Brig.Cli.Templates;

/// <summary>A template that cannot be read or carried out, in Docker's words; the only thing that templates throw.</summary>
internal sealed class TemplateException(string reason) : Exception("template parsing error: template: " + reason);
