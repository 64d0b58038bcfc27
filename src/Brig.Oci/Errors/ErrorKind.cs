namespace Brig;

/// <summary>What went wrong, as far as a caller can act on it. Two switches read it: kind to HTTP status, kind to exit code.</summary>
public enum ErrorKind
{
    Internal,
    NotFound,
    Conflict,
    InvalidArgument,
    PermissionDenied,
    Unavailable,
    Unsupported,
}
