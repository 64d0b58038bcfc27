using Brig.Containers.Names;

namespace Brig.Containers.Tests.Names;

public sealed class ContainerNameTests
{
    [Theory]
    [InlineData("web")]
    [InlineData("/web")]
    [InlineData("a.b_c-1")]
    public void Good_names(string name) => Assert.Equal(name.TrimStart('/'), ContainerName.Check(name));

    [Theory]
    [InlineData("")]
    [InlineData("a")]
    [InlineData("-ab")]
    [InlineData("a/b")]
    [InlineData("a b")]
    [InlineData("..")]
    public void Bad_names(string name) => Assert.StartsWith("Invalid container name", Assert.Throws<BrigException>(() => ContainerName.Check(name)).Message, StringComparison.Ordinal);

    [Fact]
    public void Ids_are_never_all_decimal()
    {
        for (int i = 0; i < 1000; i++)
        {
            ContainerId id = ContainerId.New();
            Assert.Equal(64, id.Value.Length);
            Assert.Contains(id.Short, digit => digit is >= 'a' and <= 'f');
        }
    }

    [Fact]
    public void A_random_name_is_one_that_is_free()
    {
        HashSet<string> taken = [];
        for (int i = 0; i < 500; i++)
        {
            string name = RandomName.Next(Random.Shared, taken.Contains);
            Assert.True(taken.Add(ContainerName.Check(name)));
        }
    }
}
