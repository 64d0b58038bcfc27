using System.Text;
using Brig.Linux;

namespace Brig.Cli.Commands.Images;

/// <summary>What a build is made from: a directory and a Dockerfile, which may come on standard input.</summary>
internal sealed class BuildSource : IDisposable
{
    private const int Limit = 16 << 20;
    private readonly bool _temporary;

    private BuildSource(string directory, string? path, string? text, bool temporary) =>
        (Context, DockerfilePath, DockerfileText, _temporary) = (directory, path, text, temporary);

    public string Context { get; }

    public string? DockerfilePath { get; }

    public string? DockerfileText { get; }

    /// <param name="place">A directory, or <c>-</c> for a Dockerfile on standard input and no context.</param>
    /// <param name="file">The value of <c>--file</c>, or empty; <c>-</c> is standard input.</param>
    public static BuildSource Of(string place, string file)
    {
        if (place == "-")
        {
            if (file.Length > 0)
            {
                throw BrigException.Invalid(file == "-" ? "invalid argument: can't use stdin for both build context and dockerfile" : "a Dockerfile inside an archive on standard input is not supported yet");
            }

            string text = ReadInput();
            return new BuildSource(Directory.CreateTempSubdirectory("brig-build-").FullName, null, text, temporary: true);
        }

        bool isRemote = place.Contains("://", StringComparison.Ordinal) || place.StartsWith("git@", StringComparison.Ordinal) || place.StartsWith("github.com/", StringComparison.Ordinal);
        if (isRemote && !Directory.Exists(place))
        {
            throw BrigException.Unsupported($"a build context from {Oci.Text.Quote(place)} is not supported yet (clone or download it first)");
        }

        return file == "-"
            ? new BuildSource(Path.GetFullPath(place), null, ReadInput(), temporary: false)
            : new BuildSource(Path.GetFullPath(place), file.Length > 0 ? Path.GetFullPath(file) : null, null, temporary: false);
    }

    public void Dispose()
    {
        if (_temporary)
        {
            Trees.Remove(null, Context);
        }
    }

    private static string ReadInput()
    {
        using FileStream input = InputFile.Open("-");
        byte[] buffer = new byte[Limit + 1];
        int length = input.ReadAtLeast(buffer, buffer.Length, throwOnEndOfStream: false);
        ReadOnlySpan<byte> content = buffer.AsSpan(0, length);
        if (length > Limit)
        {
            throw BrigException.Invalid($"the Dockerfile on standard input is larger than {Limit >> 20} MiB");
        }

        if (content.StartsWith((ReadOnlySpan<byte>)[0x1F, 0x8B]) || content.StartsWith((ReadOnlySpan<byte>)[0x28, 0xB5, 0x2F, 0xFD]) || (length > 262 && content[257..].StartsWith("ustar"u8)))
        {
            throw BrigException.Unsupported("a build context as an archive on standard input is not supported yet (unpack it first)");
        }

        return Encoding.UTF8.GetString(content);
    }
}
