using System.Text;
using Brig.Images.Content;
using Brig.Linux;

namespace Brig.Cli.Commands.Images;

/// <summary>What a build is made from: a directory, a repository, an address, or standard input, which may hold an archive or a Dockerfile.</summary>
internal sealed class BuildSource : IDisposable
{
    private const int Limit = 16 << 20;
    private const int Head = 512;

    private readonly string? _temporary;

    private BuildSource(string context, string? path, string? text, Stream? archive, string? temporary) =>
        (Context, DockerfilePath, DockerfileText, Archive, _temporary) = (context, path, text, archive, temporary);

    public string Context { get; }

    public string? DockerfilePath { get; }

    public string? DockerfileText { get; }

    /// <summary>The archive that is the context; null where that is no archive.</summary>
    public Stream? Archive { get; }

    /// <param name="place">A directory, an address, or <c>-</c> for standard input.</param>
    /// <param name="file">The value of <c>--file</c>, or empty; <c>-</c> is standard input.</param>
    public static BuildSource Of(string place, string file)
    {
        if (place == "-")
        {
            return file == "-" ? throw BrigException.Invalid("invalid argument: can't use stdin for both build context and dockerfile") : OfInput(file);
        }

        bool isLocal = Directory.Exists(place) || !(place.Contains("://", StringComparison.Ordinal) || place.StartsWith("git@", StringComparison.Ordinal) || place.StartsWith("github.com/", StringComparison.Ordinal));
        string context = isLocal ? Path.GetFullPath(place) : place;
        return file == "-"
            ? new BuildSource(context, null, ReadDockerfile(InputFile.Open("-")), null, null)
            : new BuildSource(context, file.Length == 0 ? null : isLocal ? Path.GetFullPath(file) : file, null, null, null);
    }

    public void Dispose()
    {
        Archive?.Dispose();
        if (_temporary is not null)
        {
            Trees.Remove(null, _temporary);
        }
    }

    private static BuildSource OfInput(string file)
    {
        FileStream input = InputFile.Open("-");
        byte[] head = new byte[Head];
        int length = input.ReadAtLeast(head, Head, throwOnEndOfStream: false);
        Stream whole = new PrefixedStream(head.AsMemory(0, length), input);
        if (IsArchive(head.AsSpan(0, length)))
        {
            return new BuildSource("-", file.Length > 0 ? file : null, null, whole, null);
        }

        if (file.Length > 0)
        {
            throw BrigException.Invalid("ambiguous Dockerfile source: both stdin and flag correspond to Dockerfiles");
        }

        string empty = Directory.CreateTempSubdirectory("brig-build-").FullName;
        return new BuildSource(empty, null, ReadDockerfile(whole), null, empty);
    }

    private static bool IsArchive(ReadOnlySpan<byte> head) =>
        head.StartsWith((ReadOnlySpan<byte>)[0x1F, 0x8B]) || head.StartsWith((ReadOnlySpan<byte>)[0x28, 0xB5, 0x2F, 0xFD]) || head.StartsWith("BZh"u8)
            || head.StartsWith((ReadOnlySpan<byte>)[0xFD, (byte)'7', (byte)'z', (byte)'X', (byte)'Z', 0]) || (head.Length > 262 && head[257..].StartsWith("ustar"u8));

    private static string ReadDockerfile(Stream input)
    {
        using (input)
        {
            byte[] buffer = new byte[Limit + 1];
            int length = input.ReadAtLeast(buffer, buffer.Length, throwOnEndOfStream: false);
            return length <= Limit ? Encoding.UTF8.GetString(buffer, 0, length) : throw BrigException.Invalid($"the Dockerfile on standard input is larger than {Limit >> 20} MiB");
        }
    }
}
