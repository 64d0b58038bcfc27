using System.Text;
using System.Text.Json;
using Brig.Linux;
using Brig.Oci;
using Brig.Oci.Runtime;
using Brig.Runtime.Launch;
using Microsoft.Win32.SafeHandles;

namespace Brig.Runtime.Hooks;

/// <summary>Runs the programs of a hook one after another, the container's state on their standard input (runtime-spec config.md#posix-platform-hooks).</summary>
internal sealed class HookRunner(string bundle)
{
    private const int Shown = 4096;

    /// <summary>Runs them in the runtime's namespaces, or with <paramref name="container"/> (a pidfd) in those of a container.</summary>
    /// <exception cref="BrigException">One failed; those after it were not run.</exception>
    internal void Run(string name, IReadOnlyList<HookSpec>? hooks, StateSpec state, SafeFileHandle? container = null, NamespaceFlags namespaces = NamespaceFlags.None)
    {
        if (hooks is not { Count: > 0 })
        {
            return;
        }

        byte[] input = JsonSerializer.SerializeToUtf8Bytes(state, RuntimeJson.Default.StateSpec);
        for (int i = 0; i < hooks.Count; i++)
        {
            if (Run(hooks[i], input, container, namespaces) is { } problem)
            {
                throw new BrigException(ErrorKind.Internal, $"error running {name} hook #{i}: {problem}");
            }
        }
    }

    /// <summary>What went wrong; null where the hook ended well.</summary>
    private string? Run(HookSpec hook, byte[] input, SafeFileHandle? container, NamespaceFlags namespaces)
    {
        IReadOnlyList<string> own = Capabilities.Permitted();
        using SafeFileHandle self = Processes.TryOpen(Environment.ProcessId)!;
        LaunchedProcess process;
        try
        {
            process = Launcher.Start(new ExecRequest
            {
                Process = new ProcessSpec
                {
                    Args = hook.Args is { Count: > 0 } args ? args : [hook.Path],
                    Env = hook.Env,
                    Cwd = container is null ? bundle : "/",
                    User = new UserSpec { Uid = Processes.UserId, Gid = Processes.GroupId },
                    Capabilities = new CapabilitiesSpec { Bounding = own, Effective = own, Permitted = own },
                },
                Program = hook.Path,
                Init = container ?? self,
                Namespaces = namespaces,
                Options = LaunchOptions.None,
            });
        }
        catch (Exception error) when (error is BrigException or LinuxException)
        {
            return error.Message;
        }

        using (process)
        {
            return Follow(hook, process, input);
        }
    }

    private static string? Follow(HookSpec hook, LaunchedProcess process, byte[] input)
    {
        string? problem = null;
        try
        {
            process.Continue();
        }
        catch (BrigException error)
        {
            problem = error.Message;
        }

        StringBuilder said = new();
        if (problem is null && !Wait(hook, process, input, said))
        {
            problem = $"timed out after {hook.Timeout} seconds";
        }

        if (problem is not null)
        {
            Processes.Signal(process.PidFd, Signals.SIGKILL);
        }

        int code = Processes.Wait(process.Pid);
        string words = Oci.Text.Quote(said.ToString().Trim());
        return problem is not null ? problem
            : code == 0 ? null
            : $"exit status {code}{(words.Length == 0 ? "" : $": {words}")}";
    }

    /// <summary>Gives the hook its input and takes its output until it has ended; false where that took too long. What it leaves running keeps nobody.</summary>
    private static bool Wait(HookSpec hook, LaunchedProcess process, byte[] input, StringBuilder said)
    {
        using EventLoop loop = new();
        bool ended = false, late = false;
        int sent = 0;
        foreach (SafeFileHandle stream in (IEnumerable<SafeFileHandle>)[process.Input, process.Output, process.Error!])
        {
            Files.SetNonBlocking(stream);
        }

        void Send()
        {
            try
            {
                sent += Math.Max(0, Files.Write(process.Input, input.AsSpan(sent)));
            }
            catch (LinuxException error) when (error.Errno == Errno.EPIPE)
            {
                sent = input.Length; // it does not care
            }

            if (sent == input.Length)
            {
                loop.Forget(process.Input);
                process.Input.Dispose();
            }
        }

        byte[] piece = new byte[Shown];
        void Take(SafeFileHandle stream)
        {
            int got = Files.Read(stream, piece);
            if (got == 0)
            {
                loop.Forget(stream);
            }
            else if (got > 0 && said.Length < Shown)
            {
                said.Append(Encoding.UTF8.GetString(piece, 0, got));
            }
        }

        loop.Watch(process.Input, EventMask.EPOLLOUT, _ => Send());
        loop.Watch(process.Output, EventMask.EPOLLIN, _ => Take(process.Output));
        loop.Watch(process.Error!, EventMask.EPOLLIN, _ => Take(process.Error!));
        loop.Watch(process.PidFd, EventMask.EPOLLIN, _ => ended = true);
        if (hook.Timeout is int seconds)
        {
            loop.After(TimeSpan.FromSeconds(seconds), () => late = true);
        }

        while (!ended && !late)
        {
            loop.RunOnce();
        }

        if (ended)
        {
            Take(process.Output);
            Take(process.Error!);
        }

        return ended;
    }
}
