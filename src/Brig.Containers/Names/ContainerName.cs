using System.Buffers;

namespace Brig.Containers.Names;

/// <summary>The names that containers may have.</summary>
public static class ContainerName
{
    private static readonly SearchValues<char> s_characters = SearchValues.Create("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_.-");

    /// <summary>The name without a leading slash; throws in Docker's words where it may not be used.</summary>
    public static string Check(string text)
    {
        string name = text.StartsWith('/') ? text[1..] : text;
        return name.Length is > 1 and <= 255 && char.IsAsciiLetterOrDigit(name[0]) && !name.AsSpan().ContainsAnyExcept(s_characters)
            ? name
            : throw BrigException.Invalid($"Invalid container name ({Oci.Text.Quote(text)}), only [a-zA-Z0-9][a-zA-Z0-9_.-] are allowed");
    }
}
