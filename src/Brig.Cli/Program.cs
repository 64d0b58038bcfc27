using Brig.Cli;
using Brig.Cli.OciRuntime;
using Brig.Containers.Monitor;
using Brig.Runtime.Checkpoints;
using Brig.Runtime.Launch;

// The monitor and the OCI runtime are programs of one thread: nothing of the command line's is touched on their way.
return args switch
{
    ["monitor", var root, var runRoot, var id] => MonitorProgram.Run(root, runRoot, id, TimeProvider.System),
    ["oci", .. var rest] => OciProgram.Run(rest),
    ["oci-inner", var control] => InnerProgram.Run(int.Parse(control)),
    ["oci-systemd", .. var rest] => SystemdProgram.Run(rest),
    ["oci-criu", var program, var root, var images, var work] => CriuStart.Run(program, root, images, work),
    _ when Path.GetFileName(CalledAs.Name) == "brig-oci" => OciProgram.Run(args),
    _ => CommandLineProgram.Run(args),
};
