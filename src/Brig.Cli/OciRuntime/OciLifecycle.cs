using Brig.Cli.Flags;
using Brig.Linux;
using Brig.Runtime.State;
using Brig.Runtime.Verbs;

namespace Brig.Cli.OciRuntime;

/// <summary>The commands <c>start</c>, <c>kill</c>, <c>delete</c>, <c>pause</c> and <c>resume</c>.</summary>
internal static class OciLifecycle
{
    internal static int Start(OciCall call)
    {
        new StartContainer().Run(call.Container());
        return 0;
    }

    internal static int Kill(OciCall call)
    {
        FlagSet flags = new();
        BoolFlag all = flags.Bool("all", 'a', "send the specified signal to all processes inside the container");
        IReadOnlyList<string> words = call.Read(flags, 1, 2);
        RuntimeContainer container = call.Root.Open(words[0]);
        int signal = Signal(words.Count > 1 ? words[1] : "SIGTERM");
        if (all.Value)
        {
            new KillContainer().RunAll(container, signal);
        }
        else
        {
            new KillContainer().Run(container, signal);
        }

        return 0;
    }

    internal static int Delete(OciCall call)
    {
        FlagSet flags = new();
        BoolFlag force = flags.Bool("force", 'f', "Forcibly deletes the container if it is still running (uses SIGKILL)");
        string id = call.Read(flags, 1, 1)[0];
        RuntimeContainer? container = call.Root.TryOpen(id);
        if (container is null)
        {
            // Forced, what is not there is gone; what a killed creation left without a record goes.
            return force.Value ? call.Root.RemoveDebris(id) : throw BrigException.NotFound("container does not exist");
        }

        DeleteContainer delete = new(call.Settings);
        if (force.Value)
        {
            delete.RunForced(container);
        }
        else
        {
            delete.Run(container);
        }

        return 0;
    }

    internal static int Pause(OciCall call)
    {
        new UpdateContainer().Pause(call.Container());
        return 0;
    }

    internal static int Resume(OciCall call)
    {
        new UpdateContainer().Resume(call.Container());
        return 0;
    }

    private static int Signal(string text)
    {
        try
        {
            return text == "0" ? 0 : Signals.Parse(text);
        }
        catch (FormatException)
        {
            throw BrigException.Invalid($"unknown signal \"{Brig.Oci.Text.Quote(text)}\"");
        }
    }
}
