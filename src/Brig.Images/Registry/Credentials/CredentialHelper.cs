using System.Text;
using System.Text.Json;
using Brig.Linux;
using Brig.Oci;
using Microsoft.Win32.SafeHandles;

namespace Brig.Images.Registry.Credentials;

/// <summary>A program <c>docker-credential-NAME</c> that keeps credentials: a verb as its argument, the rest through its standard streams.</summary>
internal sealed class CredentialHelper(string name)
{
    private const int Limit = 1 << 20;
    private const string Missing = "credentials not found in native keychain";

    internal HelperAnswer? Get(string server)
    {
        (int code, string output) = Run("get", server);
        if (code != 0)
        {
            return output.Contains(Missing, StringComparison.Ordinal) ? null : throw Failed("getting", code, output);
        }

        try
        {
            return JsonSerializer.Deserialize(output, RegistryJson.Default.HelperAnswer);
        }
        catch (JsonException error)
        {
            throw BrigException.Unavailable($"error getting credentials - {Program}: the answer is not JSON", error);
        }
    }

    internal void Store(HelperAnswer credential)
    {
        (int code, string output) = Run("store", JsonSerializer.Serialize(credential, RegistryJson.Default.HelperAnswer));
        if (code != 0)
        {
            throw Failed("storing", code, output);
        }
    }

    internal void Erase(string server)
    {
        (int code, string output) = Run("erase", server);
        if (code != 0 && !output.Contains(Missing, StringComparison.Ordinal))
        {
            throw Failed("erasing", code, output);
        }
    }

    /// <summary>The servers that it knows, each with the user's name.</summary>
    internal IReadOnlyDictionary<string, string> List()
    {
        (int code, string output) = Run("list", "");
        try
        {
            return code == 0 ? JsonSerializer.Deserialize(output, RegistryJson.Default.DictionaryStringString) ?? [] : throw Failed("listing", code, output);
        }
        catch (JsonException error)
        {
            throw BrigException.Unavailable($"error listing credentials - {Program}: the answer is not JSON", error);
        }
    }

    private string Program => "docker-credential-" + name;

    private (int Code, string Output) Run(string verb, string input)
    {
        string program = Find();
        (SafeFileHandle inRead, SafeFileHandle inWrite) = Pipes.Create();
        (SafeFileHandle outRead, SafeFileHandle outWrite) = Pipes.Create();
        using (outRead)
        {
            int pid;
            using (inRead)
            using (outWrite)
            using (SafeFileHandle errors = Files.Open("/dev/null", OpenFlags.O_WRONLY))
            using (inWrite)
            {
                pid = Processes.Spawn(program, [Program, verb], Environments(), [inRead, outWrite, errors]);
                inRead.Dispose();
                outWrite.Dispose();
                try
                {
                    Files.WriteAll(inWrite, Encoding.UTF8.GetBytes(input));
                }
                catch (LinuxException gone) when (gone.Errno == Errno.EPIPE)
                {
                    // It ended without reading; its exit says why.
                }
            }

            string output = Encoding.UTF8.GetString(Files.ReadAll(outRead, Limit));
            return (Processes.Wait(pid), output.Trim());
        }
    }

    private string Find()
    {
        if (name.AsSpan().ContainsAny('/', '\0'))
        {
            throw BrigException.Invalid($"credential helper \"{Oci.Text.Quote(name)}\": not a name");
        }

        foreach (string folder in (Environment.GetEnvironmentVariable("PATH") ?? "/usr/local/bin:/usr/bin:/bin").Split(':', StringSplitOptions.RemoveEmptyEntries))
        {
            string path = System.IO.Path.Combine(folder, Program);
            if (Files.TryStat(null, path) is { IsDirectory: false } status && (status.Permissions & 0x49) != 0)
            {
                return path;
            }
        }

        throw BrigException.Unavailable($"error getting credentials - exec: \"{Program}\": executable file not found in $PATH (credsStore and credHelpers in config.json name it)");
    }

    private BrigException Failed(string what, int code, string output) =>
        BrigException.Unavailable($"error {what} credentials - {Program}: exit status {code}{(output.Length > 0 ? ": " + Oci.Text.Quote(output) : "")}");

    private static List<string> Environments() =>
        [.. Environment.GetEnvironmentVariables().Cast<System.Collections.DictionaryEntry>().Select(entry => $"{entry.Key}={entry.Value}")];
}
