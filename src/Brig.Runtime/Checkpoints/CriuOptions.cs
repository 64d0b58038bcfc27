using Brig.Linux;
using Brig.Oci.Runtime;

namespace Brig.Runtime.Checkpoints;

/// <summary>The options of one request (its rpc.proto, criu_opts; the numbers are its fields). Descriptors are CRIU's own.</summary>
internal sealed class CriuOptions
{
    private const string ConfigurationAnnotation = "org.criu.config", Configuration = "/etc/criu/runc.conf";
    private const int Debugging = 4, NetworkNamespace = 0x40000000;
    private const long ByNftables = 2;

    private readonly ProtobufWriter _fields = new();

    internal CriuOptions(CriuProgram criu, CriuFlags flags, RuntimeSpec spec, string root, string log)
    {
        string? configuration = spec.Annotations?.GetValueOrDefault(ConfigurationAnnotation) ?? (Files.TryStat(null, Configuration) is null ? null : Configuration);
        _fields.Add(1, criu.Images).Add(17, criu.Work).Add(9, Debugging).Add(10, log).Add(13, root)
            .Add(12, true) // its points are told here
            .Add(4, flags.ExternalUnixSockets).Add(5, flags.TcpEstablished).Add(7, flags.ShellJob).Add(8, flags.FileLocks).Add(16, flags.AutoDedup).Add(48, flags.LazyPages)
            .Add(24, true).Add(34, (long)flags.Cgroups)
            .Add(38, flags.EmptyNetwork ? NetworkNamespace : null)
            .Add(50, true) // a terminal's master is outside
            .Add(64, CriuProgram.Has("iptables-restore") ? null : ByNftables) // connections stand still meanwhile
            .Add(51, configuration);
    }

    internal CriuOptions ForDump(int pid, CheckpointOptions options, string? freezer)
    {
        _fields.Add(2, pid).Add(3, options.LeaveRunning || options.PreDump).Add(44, freezer)
            .Add(14, options.ParentPath).Add(15, options.PreDump || options.ParentPath is not null)
            .Add(49, options.StatusDescriptor is null ? null : CriuProgram.FirstInherited);
        if (options.PageServer is { } server)
        {
            _fields.Add(11, new ProtobufWriter().Add(1, server.Address).Add(2, server.Port));
        }

        return this;
    }

    internal CriuOptions ForRestore(string? securityProfile, string? securityContext)
    {
        _fields.Add(26, true).Add(53, securityProfile).Add(63, securityContext); // the caller's child, not CRIU's
        return this;
    }

    /// <summary>A resource that is not in the images: of a dump its name, of a restoration where it comes from.</summary>
    internal void External(string resource) => _fields.Add(37, resource);

    /// <summary>A resource that is one of CRIU's own descriptors.</summary>
    internal void Inherit(string resource, int descriptor) => _fields.Add(27, new ProtobufWriter().Add(1, resource).Add(2, descriptor));

    /// <summary>Where the cgroups of what is restored begin, for controllers of v1 or, without a name, for all.</summary>
    internal void CgroupRoot(string? controller, string path) => _fields.Add(25, new ProtobufWriter().Add(1, controller).Add(2, path));

    internal ProtobufWriter Request(CriuRequestType type) => new ProtobufWriter().Add(1, (long)type).Add(2, _fields);
}
