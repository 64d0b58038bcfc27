using System.Text;
using System.Text.Json;
using Brig.Linux;
using Microsoft.Win32.SafeHandles;

namespace Brig.Cli.OciRuntime;

/// <summary>Errors and warnings in the forms that callers of runc read: a line of text, or of JSON with <c>level</c>, <c>msg</c> and <c>time</c>.</summary>
internal sealed class OciLog(OciGlobals globals)
{
    /// <summary>Written to the log; a person who gave a log file sees it on standard error as well.</summary>
    internal void Error(string message)
    {
        Write("error", message);
        if (globals.Log.Value.Length > 0)
        {
            Put(null, message + "\n");
        }
    }

    internal void Warn(string message) => Write("warning", message);

    private void Write(string level, string message)
    {
        string time = TimeProvider.System.GetUtcNow().ToString("yyyy-MM-dd'T'HH:mm:ss'Z'");
        string line = globals.LogFormat.Value == "json"
            ? $"{{\"level\":\"{level}\",\"msg\":{Quote(message)},\"time\":\"{time}\"}}\n"
            : $"time=\"{time}\" level={level} msg={Quote(message)}\n";
        Put(globals.Log.Value.Length > 0 ? globals.Log.Value : null, line);
    }

    private static string Quote(string text) => $"\"{JsonEncodedText.Encode(text, System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping)}\"";

    private static void Put(string? path, string text)
    {
        try
        {
            using SafeFileHandle file = path is null
                ? new SafeFileHandle(2, ownsHandle: false)
                : Files.Open(path, OpenFlags.O_WRONLY | OpenFlags.O_CREAT | OpenFlags.O_APPEND, 0x1A4);
            Files.WriteAll(file, Encoding.UTF8.GetBytes(text));
        }
        catch (LinuxException)
        {
            // A log that cannot be written changes nothing of what was done.
        }
    }
}
