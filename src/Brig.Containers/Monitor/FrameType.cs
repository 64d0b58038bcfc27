namespace Brig.Containers.Monitor;

/// <summary>
/// What client and monitor say to each other: a byte of type, four of length (little-endian), the content.
/// A connection is for one thing: an attachment (which may be the one that starts the container), an exec, or a question.
/// </summary>
public enum FrameType : byte
{
    /// <summary>Client: start the container. Content as <see cref="Attach"/>. The first frame of the starter's connection.</summary>
    Start = 1,

    /// <summary>Client: send me the streams. Content: the <see cref="AttachOptions"/> byte, rows and columns (two bytes each).</summary>
    Attach = 2,

    /// <summary>Client: bytes for standard input.</summary>
    Input = 3,

    /// <summary>Client: standard input has ended.</summary>
    InputEnd = 4,

    /// <summary>Client: the terminal's size, rows and columns of two bytes.</summary>
    Resize = 5,

    /// <summary>Client: send the signal, four bytes. Answer: <see cref="Done"/> or <see cref="Failed"/>.</summary>
    Signal = 6,

    /// <summary>Client: run a further process; an ExecSpecification as JSON. Answer: <see cref="Started"/>, streams, <see cref="Exited"/>.</summary>
    Exec = 7,

    /// <summary>Client: tell me when the container ends. Answer: <see cref="Exited"/>.</summary>
    Wait = 8,

    /// <summary>Client: be in one more network; an EndpointRequest as JSON. Answer: <see cref="Done"/> or <see cref="Failed"/>.</summary>
    ConnectNetwork = 40,

    /// <summary>Client: leave a network; its ID. Answer: <see cref="Done"/> or <see cref="Failed"/>.</summary>
    DisconnectNetwork = 41,

    /// <summary>Monitor: the process runs; four bytes of process ID.</summary>
    Started = 16,

    /// <summary>Monitor: bytes of standard output, or of the terminal.</summary>
    Output = 17,

    /// <summary>Monitor: bytes of standard error.</summary>
    ErrorOutput = 18,

    /// <summary>Monitor: the process ended and everything of it is settled; four bytes of exit code.</summary>
    Exited = 19,

    /// <summary>Monitor: a byte of error kind and the message.</summary>
    Failed = 20,

    /// <summary>Monitor: what was asked is done.</summary>
    Done = 21,
}
