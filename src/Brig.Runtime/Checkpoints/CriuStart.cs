using System.Text;
using Brig.Linux;
using Microsoft.Win32.SafeHandles;

namespace Brig.Runtime.Checkpoints;

/// <summary>
/// The program <c>brig oci-criu PROGRAM ROOT IMAGES WORK</c>: becomes CRIU in a mount namespace of its own, where the root is a mount. Over
/// descriptor 3 it gives the socket by which CRIU is asked, and the numbers of the two folders, or says in one line what went wrong.
/// </summary>
/// <remarks>CRIU opens descriptors of whoever made its socket: made here, they are its own, and the folders are of its own mounts.</remarks>
public static class CriuStart
{
    private const int Control = 3;

    public static int Run(string program, string root, string images, string work)
    {
        using SafeFileHandle control = new(Control, ownsHandle: false);
        Files.SetCloseOnExec(control);
        try
        {
            PrivateMounts.Enter();
            using (SafeFileHandle tree = Mounts.OpenTree(null, root, recursive: true), place = Files.Open(root, OpenFlags.O_PATH | OpenFlags.O_DIRECTORY))
            {
                PrivateMounts.Attach(tree, place);
            }

            using SafeFileHandle imageFolder = Files.Open(images, OpenFlags.O_RDONLY | OpenFlags.O_DIRECTORY);
            using SafeFileHandle workFolder = Files.Open(work, OpenFlags.O_RDONLY | OpenFlags.O_DIRECTORY);
            (SafeFileHandle own, SafeFileHandle other) = UnixSockets.PacketPair();
            using (own)
            using (other)
            {
                foreach (SafeFileHandle handle in (IEnumerable<SafeFileHandle>)[imageFolder, workFolder, own])
                {
                    Files.KeepOnExec(handle);
                }

                UnixSockets.SendDescriptor(control, other, Encoding.ASCII.GetBytes($"{Files.Number(imageFolder)} {Files.Number(workFolder)}"));
                Processes.Execute(program, [program, "swrk", Files.Number(own).ToString()]);
            }
        }
        catch (LinuxException error)
        {
            Files.WriteAll(control, Encoding.UTF8.GetBytes(error.Message));
        }

        return 1;
    }
}
