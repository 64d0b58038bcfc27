using System.Globalization;
using Brig.Linux;
using Tmds.DBus.Protocol;

namespace Brig.Runtime.Resources;

/// <summary>Words with systemd over D-Bus (man 5 org.freedesktop.systemd1). Needs threads: not for programs that clone.</summary>
public static class SystemdUnits
{
    private const string Service = "org.freedesktop.systemd1";
    private const string Manager = Service + ".Manager";
    private const string ManagerPath = "/org/freedesktop/systemd1";

    /// <summary>Has a process taken into a new scope of its own below a slice, with the right to make cgroups in it.</summary>
    /// <param name="name">The scope's.</param>
    /// <param name="slice">Where it is to be.</param>
    /// <param name="pid">The process.</param>
    /// <param name="description">What people see of it.</param>
    /// <param name="limits">Further properties, as <c>NAME=TYPE:VALUE</c>.</param>
    public static async Task StartScopeAsync(string name, string slice, uint pid, string description, IReadOnlyList<string> limits)
    {
        using DBusConnection bus = await ConnectAsync();
        await bus.CallMethodAsync(StartMessage(bus, name, slice, pid, description, limits));
    }

    /// <summary>Changes properties of a unit that runs.</summary>
    public static async Task SetAsync(string name, IReadOnlyList<string> limits)
    {
        using DBusConnection bus = await ConnectAsync();
        await bus.CallMethodAsync(SetMessage(bus, name, limits));
    }

    /// <summary>Ends a unit; one that is not there any more is fine.</summary>
    public static async Task StopAsync(string name)
    {
        using DBusConnection bus = await ConnectAsync();
        foreach (string verb in (IEnumerable<string>)["StopUnit", "ResetFailedUnit"])
        {
            try
            {
                await bus.CallMethodAsync(Message(bus, verb, name));
            }
            catch (DBusErrorReplyException error) when (error.ErrorName == Service + ".NoSuchUnit")
            {
                // It went with its last process.
            }
        }
    }

    private static async Task<DBusConnection> ConnectAsync()
    {
        string address = (Processes.UserId == 0 ? DBusAddress.System : DBusAddress.Session) ?? throw BrigException.Unavailable("the bus has no address");
        DBusConnection bus = new(address);
        await bus.ConnectAsync();
        return bus;
    }

    private static MessageBuffer StartMessage(DBusConnection bus, string name, string slice, uint pid, string description, IReadOnlyList<string> limits)
    {
        MessageWriter writer = bus.GetMessageWriter(); // handed over by CreateMessage
        writer.WriteMethodCallHeader(Service, ManagerPath, Manager, "StartTransientUnit", "ssa(sv)a(sa(sv))");
        writer.WriteString(name);
        writer.WriteString("replace");
        ArrayStart properties = writer.WriteArrayStart(DBusType.Struct);
        Property(ref writer, "Description", VariantValue.String(description));
        Property(ref writer, "Slice", VariantValue.String(slice));
        Property(ref writer, "PIDs", VariantValue.Array(new uint[] { pid }));
        foreach (string flag in (IEnumerable<string>)["Delegate", "MemoryAccounting", "CPUAccounting", "TasksAccounting", "IOAccounting"])
        {
            Property(ref writer, flag, VariantValue.Bool(true));
        }

        Property(ref writer, "DefaultDependencies", VariantValue.Bool(false));
        Limits(ref writer, limits);
        writer.WriteArrayEnd(properties);
        writer.WriteArrayEnd(writer.WriteArrayStart(DBusType.Struct));
        return writer.CreateMessage();
    }

    private static MessageBuffer SetMessage(DBusConnection bus, string name, IReadOnlyList<string> limits)
    {
        MessageWriter writer = bus.GetMessageWriter(); // handed over by CreateMessage
        writer.WriteMethodCallHeader(Service, ManagerPath, Manager, "SetUnitProperties", "sba(sv)");
        writer.WriteString(name);
        writer.WriteBool(true); // until the unit ends, not for the next of its name
        ArrayStart properties = writer.WriteArrayStart(DBusType.Struct);
        Limits(ref writer, limits);
        writer.WriteArrayEnd(properties);
        return writer.CreateMessage();
    }

    private static void Limits(ref MessageWriter writer, IReadOnlyList<string> limits)
    {
        foreach (string limit in limits)
        {
            int equals = limit.IndexOf('=', StringComparison.Ordinal), colon = limit.IndexOf(':', equals);
            string value = limit[(colon + 1)..];
            Property(ref writer, limit[..equals], limit[(equals + 1)..colon] == "t" ? VariantValue.UInt64(ulong.Parse(value, CultureInfo.InvariantCulture)) : VariantValue.Array(Convert.FromHexString(value)));
        }
    }

    private static void Property(ref MessageWriter writer, string name, VariantValue value)
    {
        writer.WriteStructureStart();
        writer.WriteString(name);
        writer.WriteVariant(value);
    }

    private static MessageBuffer Message(DBusConnection bus, string verb, string name)
    {
        using MessageWriter writer = bus.GetMessageWriter();
        bool mode = verb == "StopUnit";
        writer.WriteMethodCallHeader(Service, ManagerPath, Manager, verb, mode ? "ss" : "s");
        writer.WriteString(name);
        if (mode)
        {
            writer.WriteString("replace");
        }

        return writer.CreateMessage();
    }
}
