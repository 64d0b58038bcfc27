using Brig.Builds.Context;
using Brig.Builds.Sources;

namespace Brig.Builds.Execution;

/// <summary>One thing that a COPY or ADD copies. <paramref name="MayUnpack"/> where it is to be unpacked if it is an archive.</summary>
internal sealed record CopyItem(SourceTree Tree, ContextSource Source, bool MayUnpack);
