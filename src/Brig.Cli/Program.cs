using Brig.Cli;
using Brig.Containers.Monitor;

// The monitor is a program of one thread: nothing of the command line's is touched on its way.
return args is ["monitor", var root, var runRoot, var id]
    ? MonitorProgram.Run(root, runRoot, id, TimeProvider.System)
    : CommandLineProgram.Run(args);
