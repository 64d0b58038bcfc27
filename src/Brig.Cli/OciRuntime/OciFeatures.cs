using System.Text.Json;
using Brig.Runtime.State;

namespace Brig.Cli.OciRuntime;

/// <summary>The command <c>features</c> (runtime-spec features.md).</summary>
internal static class OciFeatures
{
    internal const string NewestVersion = "1.3.0";

    internal static int Features(OciCall call)
    {
        call.Read(new Flags.FlagSet(), 0, 0);
        using MemoryStream text = new();
        using (Utf8JsonWriter json = new(text, new JsonWriterOptions { Indented = true }))
        {
            json.WriteStartObject();
            json.WriteString("ociVersionMin", "1.0.0");
            json.WriteString("ociVersionMax", NewestVersion);
            Strings(json, "hooks", ["prestart", "createRuntime", "createContainer", "startContainer", "poststart", "poststop"]);
            Strings(json, "mountOptions", RuntimeFeatures.MountOptions);
            WriteLinux(json);
            json.WriteStartObject("annotations");
            json.WriteString("io.github.seccomp.libseccomp.version", "none: filters are compiled by brig itself");
            json.WriteEndObject();
            Strings(json, "potentiallyUnsafeConfigAnnotations", []);
            json.WriteEndObject();
        }

        call.Output.WriteLine(System.Text.Encoding.UTF8.GetString(text.ToArray()));
        call.Output.Flush();
        return 0;
    }

    private static void WriteLinux(Utf8JsonWriter json)
    {
        json.WriteStartObject("linux");
        Strings(json, "namespaces", ["cgroup", "ipc", "mount", "network", "pid", "time", "user", "uts"]);
        Strings(json, "capabilities", Linux.Capabilities.All);
        Switches(json, "cgroup", ("v1", true), ("v2", true), ("systemd", true), ("systemdUser", true), ("rdma", true));
        json.WriteStartObject("seccomp");
        json.WriteBoolean("enabled", true);
        Strings(json, "actions", RuntimeFeatures.SeccompActions);
        Strings(json, "operators", RuntimeFeatures.SeccompOperators);
        Strings(json, "archs", RuntimeFeatures.SeccompArchitectures);
        Strings(json, "knownFlags", RuntimeFeatures.SeccompFlags);
        Strings(json, "supportedFlags", RuntimeFeatures.SeccompFlags);
        json.WriteEndObject();
        Switches(json, "apparmor", ("enabled", true));
        Switches(json, "selinux", ("enabled", true));
        Switches(json, "intelRdt", ("enabled", true), ("schemata", true), ("monitoring", true));
        json.WriteStartObject("memoryPolicy");
        Strings(json, "modes", RuntimeFeatures.MemoryPolicyModes);
        Strings(json, "flags", RuntimeFeatures.MemoryPolicyFlags);
        json.WriteEndObject();
        json.WriteStartObject("mountExtensions");
        Switches(json, "idmap", ("enabled", true));
        json.WriteEndObject();
        Switches(json, "netDevices", ("enabled", true));
        json.WriteEndObject();
    }

    private static void Switches(Utf8JsonWriter json, string name, params (string Key, bool Value)[] values)
    {
        json.WriteStartObject(name);
        foreach ((string key, bool value) in values)
        {
            json.WriteBoolean(key, value);
        }

        json.WriteEndObject();
    }

    private static void Strings(Utf8JsonWriter json, string name, IEnumerable<string> values)
    {
        json.WriteStartArray(name);
        foreach (string value in values)
        {
            json.WriteStringValue(value);
        }

        json.WriteEndArray();
    }
}
