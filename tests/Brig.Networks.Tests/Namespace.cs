using System.Diagnostics;
using Brig.Linux;
using Brig.Linux.Netlink;

namespace Brig.Networks.Tests;

/// <summary>A network namespace with a process in it; both end with this object.</summary>
internal sealed class Namespace : IDisposable
{
    private readonly Process _process;
    private bool _ended;

    /// <param name="flags">More of unshare(1)'s.</param>
    internal Namespace(params string[] flags)
    {
        _process = Tests.Shell.Start("unshare", ["--net", .. flags, "sleep", "600"]);
        ulong mine = Files.Stat(NetworkNamespace.OfThread().Handle).Inode;
        for (int tries = 0; tries < 15_000; tries++)
        {
            using NetworkNamespace its = NetworkNamespace.OfProcess(Pid);
            if (Files.Stat(its.Handle).Inode != mine)
            {
                return;
            }

            Thread.Sleep(2);
        }

        throw new InvalidOperationException("unshare made no namespace");
    }

    internal int Pid => _process.Id;

    /// <summary>Does the work on a thread of its own inside; sockets made there stay there.</summary>
    internal T Run<T>(Func<T> work)
    {
        T result = default!;
        Exception? failure = null;
        Thread thread = new(() =>
        {
            try
            {
                using NetworkNamespace here = NetworkNamespace.OfProcess(Pid);
                here.Enter();
                result = work();
            }
            catch (Exception error)
            {
                failure = error;
            }
        });
        thread.Start();
        thread.Join();
        if (failure is not null)
        {
            System.Runtime.ExceptionServices.ExceptionDispatchInfo.Throw(failure);
        }

        return result;
    }

    internal void Run(Action work) => Run(() =>
    {
        work();
        return 0;
    });

    internal string Shell(string command) => Tests.Shell.Run("nsenter", "--net=/proc/" + Pid + "/ns/net", "sh", "-c", command);

    public void Dispose()
    {
        if (_ended)
        {
            return;
        }

        _ended = true;
        _process.Kill(entireProcessTree: true);
        _process.WaitForExit();
        _process.Dispose();
    }
}
