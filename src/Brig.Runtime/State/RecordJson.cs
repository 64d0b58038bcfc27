using System.Buffers;
using System.Globalization;
using System.Runtime.InteropServices;
using System.Text.Json;
using Brig.Linux;

namespace Brig.Runtime.State;

/// <summary>
/// A container's record as JSON, written and read field by field: what the framework's serializer prepares for the types in it takes longer
/// than creating a container does.
/// </summary>
internal static class RecordJson
{
    internal static ReadOnlySpan<byte> Write(ContainerRecord record)
    {
        ArrayBufferWriter<byte> buffer = new(8192);
        using (Utf8JsonWriter writer = new(buffer))
        {
            writer.WriteStartObject();
            writer.WriteString("id", record.Id);
            writer.WriteString("bundle", record.Bundle);
            writer.WriteString("rootfs", record.Rootfs);
            writer.WriteString("created", record.Created.ToString("O", CultureInfo.InvariantCulture));
            writer.WriteString("owner", record.Owner);
            if (record.Init is { } init)
            {
                writer.WriteNumber("pid", init.Pid);
                writer.WriteNumber("startTime", init.StartTime);
            }

            writer.WriteString("cgroup", record.Cgroup);
            writer.WriteString("unit", record.Unit);
            writer.WriteString("resourceGroup", record.ResourceGroup);
            writer.WriteBoolean("ownsPids", record.OwnsPids);
            writer.WriteBoolean("listens", record.Listens);
            writer.WriteStartArray("steps");
            foreach (string[] step in record.Steps)
            {
                writer.WriteStartArray();
                foreach (string word in step)
                {
                    writer.WriteStringValue(word);
                }

                writer.WriteEndArray();
            }

            writer.WriteEndArray();
            writer.WritePropertyName("configuration");
            writer.WriteRawValue(JsonMarshal.GetRawUtf8Value(record.Configuration), skipInputValidation: true);
            writer.WriteEndObject();
        }

        return buffer.WrittenSpan;
    }

    /// <summary>Throws a <see cref="JsonException"/> where it is no record.</summary>
    internal static ContainerRecord Read(byte[] json)
    {
        JsonElement root = JsonElement.Parse(json);
        try
        {
            return new ContainerRecord
            {
                Id = Text(root, "id")!,
                Bundle = Text(root, "bundle")!,
                Rootfs = Text(root, "rootfs")!,
                Created = DateTimeOffset.Parse(Text(root, "created")!, CultureInfo.InvariantCulture),
                Owner = Text(root, "owner")!,
                Init = root.TryGetProperty("pid", out JsonElement pid) ? new ProcessIdentity(pid.GetInt32(), root.GetProperty("startTime").GetUInt64()) : null,
                Cgroup = Text(root, "cgroup"),
                Unit = Text(root, "unit"),
                ResourceGroup = Text(root, "resourceGroup"),
                OwnsPids = root.GetProperty("ownsPids").GetBoolean(),
                Listens = root.GetProperty("listens").GetBoolean(),
                Steps = [.. root.GetProperty("steps").EnumerateArray().Select(step => (string[])[.. step.EnumerateArray().Select(word => word.GetString()!)])],
                Configuration = root.GetProperty("configuration"),
            };
        }
        catch (Exception error) when (error is InvalidOperationException or KeyNotFoundException or FormatException or ArgumentNullException)
        {
            throw new JsonException(error.Message, error);
        }
    }

    private static string? Text(JsonElement root, string name) => root.GetProperty(name).GetString();
}
