using System.Reflection;
using Xunit.Sdk;
using Xunit.v3;

namespace Brig.Runtime.Conformance.Support;

/// <summary>Rows (runtime, arguments…) for each runtime, but for those that <see cref="KnownDifferences"/> names.</summary>
[AttributeUsage(AttributeTargets.Method, AllowMultiple = true)]
public sealed class EachRuntimeAttribute(params object[] arguments) : DataAttribute
{
    /// <summary>Only these runtimes: an attack is tried on brig alone, since others may fall to it.</summary>
    public string? Only { get; set; }

    public IReadOnlyList<object> Arguments => arguments;

    public override ValueTask<IReadOnlyCollection<ITheoryDataRow>> GetData(MethodInfo testMethod, DisposalTracker disposalTracker)
    {
        string name = $"{testMethod.DeclaringType!.Name}.{testMethod.Name}";
        string? row = arguments.Length == 0 ? null : $"{name}({arguments[0]})";
        IReadOnlyCollection<ITheoryDataRow> rows =
        [
            .. OciRuntime.All.Keys
                .Where(runtime => (Only is null || Only == runtime) && !KnownDifferences.Names(runtime, name) && (row is null || !KnownDifferences.Names(runtime, row)))
                .Select(runtime => new TheoryDataRow([runtime, .. arguments])),
        ];
        return new(rows);
    }

    public override bool SupportsDiscoveryEnumeration() => true;
}
