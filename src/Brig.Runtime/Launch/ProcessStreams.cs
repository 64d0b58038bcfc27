using Brig.Linux;
using Microsoft.Win32.SafeHandles;

namespace Brig.Runtime.Launch;

/// <summary>Both ends of a process's standard streams: three pipes, or a pseudo-terminal.</summary>
internal sealed class ProcessStreams
{
    private readonly List<SafeFileHandle> _childEnds = [];

    private ProcessStreams(SafeFileHandle input, SafeFileHandle output, SafeFileHandle? error) => (Input, Output, Error) = (input, output, error);

    internal SafeFileHandle Input { get; }

    internal SafeFileHandle Output { get; }

    internal SafeFileHandle? Error { get; }

    internal SafeFileHandle? Terminals { get; private init; }

    internal bool IsTerminal => Number is not null;

    internal int? Number { get; private init; }

    internal SafeFileHandle ChildInput => _childEnds[0];

    internal SafeFileHandle ChildOutput => _childEnds[IsTerminal ? 0 : 1];

    internal SafeFileHandle ChildError => _childEnds[IsTerminal ? 0 : 2];

    /// <param name="terminals">The devpts to make a terminal from; null makes pipes.</param>
    /// <param name="uid">Who owns the process's ends, so that it may open <c>/dev/stdout</c> again.</param>
    internal static ProcessStreams Create(SafeFileHandle? terminals, uint uid, bool keepTerminals)
    {
        ProcessStreams streams;
        if (terminals is not null)
        {
            (SafeFileHandle master, SafeFileHandle slave, int number) = Terminal.OpenPair(terminals);
            streams = new(master, master, null) { Number = number, Terminals = keepTerminals ? Files.Duplicate(terminals) : null };
            streams._childEnds.Add(slave);
        }
        else
        {
            (SafeFileHandle inputRead, SafeFileHandle inputWrite) = Pipes.Create();
            (SafeFileHandle outputRead, SafeFileHandle outputWrite) = Pipes.Create();
            (SafeFileHandle errorRead, SafeFileHandle errorWrite) = Pipes.Create();
            streams = new(inputWrite, outputRead, errorRead);
            streams._childEnds.AddRange([inputRead, outputWrite, errorWrite]);
        }

        if (uid != 0)
        {
            foreach (SafeFileHandle end in streams._childEnds)
            {
                Files.ChangeOwner(end, uid, uint.MaxValue);
            }
        }

        return streams;
    }

    internal void CloseChildEnds() => _childEnds.ForEach(end => end.Dispose());

    internal void Close()
    {
        CloseChildEnds();
        Input.Dispose();
        Output.Dispose();
        Error?.Dispose();
        Terminals?.Dispose();
    }
}
