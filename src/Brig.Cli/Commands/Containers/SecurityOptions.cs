namespace Brig.Cli.Commands.Containers;

/// <summary>The values of <c>--security-opt</c>.</summary>
internal static class SecurityOptions
{
    /// <summary>Refuses what would otherwise be passed over: an option about security that does nothing is worse than an error.</summary>
    public static void Check(IEnumerable<string> options)
    {
        foreach (string option in options)
        {
            bool known = option is "no-new-privileges" or "no-new-privileges=true" or "no-new-privileges:true" or "no-new-privileges=false"
                or "seccomp=unconfined" or "seccomp=builtin" or "systempaths=unconfined" or "label=disable" or "label:disable" or "apparmor=unconfined";
            if (!known)
            {
                throw BrigException.Unsupported($"invalid --security-opt: \"{Oci.Text.Quote(option)}\" (known: no-new-privileges, seccomp=unconfined, systempaths=unconfined, label=disable, apparmor=unconfined)");
            }
        }
    }
}
