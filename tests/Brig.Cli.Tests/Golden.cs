namespace Brig.Cli.Tests;

/// <summary>Recorded answers, embedded in this assembly.</summary>
internal static class Golden
{
    public static string Read(string name)
    {
        using Stream stream = typeof(Golden).Assembly.GetManifestResourceStream(name) ?? throw new FileNotFoundException(name);
        using StreamReader reader = new(stream);
        return reader.ReadToEnd();
    }
}
