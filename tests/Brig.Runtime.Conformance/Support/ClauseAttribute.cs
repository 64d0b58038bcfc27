using System.Runtime.CompilerServices;
using Xunit.v3;

namespace Brig.Runtime.Conformance.Support;

/// <summary>A case for one clause of the OCI runtime specification 1.3 (file#anchor), or of runc's command line (runc-NAME(8)), run once for each runtime.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class ClauseAttribute : TheoryAttribute, ITraitAttribute
{
    public ClauseAttribute(string reference, [CallerFilePath] string? sourceFilePath = null, [CallerLineNumber] int sourceLineNumber = -1)
        : base(sourceFilePath, sourceLineNumber)
    {
        Reference = reference;

        // With BRIG_RUNTIMES naming only a comparison runtime, a case that the table of differences keeps from it has no rows.
        SkipTestWithoutData = true;
    }

    public string Reference { get; }

    public IReadOnlyCollection<KeyValuePair<string, string>> GetTraits() => [new("clause", Reference)];
}
