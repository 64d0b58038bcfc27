namespace Brig.Runtime.Checkpoints;

/// <summary>What CRIU says: the end of a request, or that it has come to a point (its rpc.proto, criu_resp).</summary>
internal sealed record CriuAnswer
{
    internal CriuRequestType Type { get; private init; }

    internal bool Success { get; private init; }

    /// <summary>The first process that was restored, or that a point concerns.</summary>
    internal int Pid { get; private init; }

    /// <summary>The name of the point.</summary>
    internal string Script { get; private init; } = "";

    internal int Errno { get; private init; }

    internal string Message { get; private init; } = "";

    internal static CriuAnswer Parse(ReadOnlySpan<byte> message)
    {
        CriuAnswer answer = new();
        for (ProtobufReader reader = new(message); reader.TryNext();)
        {
            answer = reader.Field switch
            {
                1 => answer with { Type = (CriuRequestType)reader.Value },
                2 => answer with { Success = reader.Value != 0 },
                4 => answer with { Pid = Inner(reader.Content, 1).Pid },
                5 => answer with { Script = Inner(reader.Content, 2).Script, Pid = Inner(reader.Content, 2).Pid },
                7 => answer with { Errno = (int)reader.Value },
                9 => answer with { Message = reader.Text },
                _ => answer,
            };
        }

        return answer;
    }

    private static (string Script, int Pid) Inner(ReadOnlySpan<byte> message, int pidField)
    {
        (string script, int pid) = ("", 0);
        for (ProtobufReader reader = new(message); reader.TryNext();)
        {
            if (reader.Field == pidField)
            {
                pid = (int)reader.Value;
            }
            else if (reader.Field == 1)
            {
                script = reader.Text;
            }
        }

        return (script, pid);
    }
}
