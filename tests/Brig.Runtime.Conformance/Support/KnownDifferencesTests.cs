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
    public void Brig_differs_only_where_this_kernel_lacks_what_a_case_needs() => Assert.Equal(["DeviceTests.Entries_hold_in_their_order"], KnownDifferences.All.Where(difference => difference.Runtimes.Split(' ').Contains("brig")).SelectMany(difference => difference.Cases));
}
