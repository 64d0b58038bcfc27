using System.Reflection;

namespace Brig.Runtime.Conformance.Support;

public sealed class KnownDifferencesTests
{
    [Fact]
    public void Each_entry_names_a_case_or_a_row_of_it()
    {
        HashSet<string> known = [];
        foreach (MethodInfo method in typeof(KnownDifferencesTests).Assembly.GetTypes().SelectMany(type => type.GetMethods()))
        {
            foreach (EachRuntimeAttribute row in method.GetCustomAttributes<EachRuntimeAttribute>())
            {
                known.Add($"{method.DeclaringType!.Name}.{method.Name}");
                known.Add($"{method.DeclaringType.Name}.{method.Name}({(row.Arguments is [object first, ..] ? first : null)})");
            }
        }

        Assert.All(KnownDifferences.All.SelectMany(difference => difference.Cases), name => Assert.Contains(name, known));
    }

    [Fact]
    public void Brig_differs_nowhere() => Assert.DoesNotContain(KnownDifferences.All, difference => difference.Runtimes.Split(' ').Contains("brig"));
}
