namespace Brig;

/// <summary>
/// A failure that a person reads: one line, outermost first, no stack and no type name, then (in parentheses)
/// what to do where that is known. The cause is kept for <c>--debug</c>.
/// </summary>
public sealed class BrigException(ErrorKind kind, string message, Exception? cause = null) : Exception(message, cause)
{
    public ErrorKind Kind { get; } = kind;

    public static BrigException NotFound(string message) => new(ErrorKind.NotFound, message);

    public static BrigException Conflict(string message) => new(ErrorKind.Conflict, message);

    public static BrigException Invalid(string message, Exception? cause = null) => new(ErrorKind.InvalidArgument, message, cause);

    public static BrigException Unavailable(string message, Exception? cause = null) => new(ErrorKind.Unavailable, message, cause);

    public static BrigException Unsupported(string message) => new(ErrorKind.Unsupported, message);
}
