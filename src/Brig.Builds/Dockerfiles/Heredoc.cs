namespace Brig.Builds.Dockerfiles;

/// <summary>
/// A here-document. <paramref name="Expand"/> is false where the delimiter was quoted;
/// <paramref name="Body"/> has lost its leading tabs where <c>&lt;&lt;-</c> asked for it.
/// </summary>
internal sealed record Heredoc(string Name, int FileDescriptor, bool StripTabs, bool Expand, string Body);
