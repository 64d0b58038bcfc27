using Brig.Linux;
using Brig.Oci.Runtime;
using Microsoft.Win32.SafeHandles;

namespace Brig.Runtime.Launch;

/// <summary>Both ends of a process's standard streams: three pipes, or a pseudo-terminal.</summary>
internal sealed class ProcessStreams
{
    private readonly List<SafeFileHandle> _childEnds = [];

    private readonly SafeFileHandle? _input, _output;

    private ProcessStreams(SafeFileHandle? input, SafeFileHandle? output, SafeFileHandle? error) => (_input, _output, Error) = (input, output, error);

    internal SafeFileHandle Input => _input ?? throw new InvalidOperationException("the streams were inherited");

    internal SafeFileHandle Output => _output ?? throw new InvalidOperationException("the streams were inherited");

    internal SafeFileHandle? Error { get; }

    internal SafeFileHandle? Terminals { get; private init; }

    internal bool IsTerminal => Number is not null;

    internal int? Number { get; private init; }

    internal SafeFileHandle ChildInput => _childEnds[0];

    internal SafeFileHandle ChildOutput => _childEnds[IsTerminal ? 0 : 1];

    internal SafeFileHandle ChildError => _childEnds[IsTerminal ? 0 : 2];

    /// <param name="terminals">The devpts to make a terminal from; null makes pipes.</param>
    /// <param name="uid">Who owns the process's ends, so that it may open <c>/dev/stdout</c> again.</param>
    internal static ProcessStreams Create(SafeFileHandle? terminals, uint uid, bool keepTerminals, ConsoleSizeSpec? size)
    {
        ProcessStreams streams;
        if (terminals is not null)
        {
            (SafeFileHandle master, SafeFileHandle slave, int number) = Terminal.OpenPair(terminals);
            streams = new(master, master, null) { Number = number, Terminals = keepTerminals ? Files.Duplicate(terminals) : null };
            streams._childEnds.Add(slave);
            if (size is { Width: > 0, Height: > 0 })
            {
                Terminal.Resize(master, (ushort)size.Height, (ushort)size.Width);
            }
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

    /// <summary>The caller's own streams, given to the process's user so that it may open <c>/dev/stdout</c> again.</summary>
    internal static ProcessStreams Inherit(uint uid)
    {
        ProcessStreams streams = new(null, null, null);
        for (int number = 0; number <= 2; number++)
        {
            using SafeFileHandle own = new(number, ownsHandle: false);
            streams._childEnds.Add(Files.Duplicate(own));
            if (uid != 0 && Files.Stat(own).Type is not FileType.CharacterDevice)
            {
                Files.TryChangeOwner(own, uid);
            }
        }

        return streams;
    }

    internal void CloseChildEnds() => _childEnds.ForEach(end => end.Dispose());

    internal void Close()
    {
        CloseChildEnds();
        _input?.Dispose();
        _output?.Dispose();
        Error?.Dispose();
        Terminals?.Dispose();
    }
}
