using System.Globalization;
using Brig.Builds.Execution;
using Brig.Linux;

namespace Brig.Builds.Sources;

/// <summary>Checks out git repositories with the machine's git program; nothing of the user's own git configuration counts.</summary>
internal sealed class GitFetcher(IReadOnlyDictionary<string, string> agents)
{
    /// <summary>The commit that the address names now, without fetching it; null where the remote does not say.</summary>
    internal async Task<string?> CommitAsync(GitAddress address, CancellationToken token)
    {
        string wanted = address.Reference ?? "HEAD";
        if (IsCommit(wanted))
        {
            return wanted;
        }

        (int code, string output, _) = await GitAsync(["ls-remote", "--exit-code", "--", address.Remote, wanted, $"{wanted}^{{}}"], token);
        string[] lines = code == 0 ? output.Split('\n', StringSplitOptions.RemoveEmptyEntries) : [];

        // An annotated tag's commit stands on the line that ends in ^{}.
        string? line = lines.FirstOrDefault(line => line.EndsWith("^{}", StringComparison.Ordinal)) ?? lines.FirstOrDefault();
        return line?.Split('\t', ' ')[0] is { Length: >= 40 } commit ? commit : null;
    }

    /// <summary>Fills an empty folder with the files of the address; gives the commit and its time.</summary>
    internal async Task<(string Commit, DateTimeOffset Time)> FetchAsync(GitAddress address, string folder, bool keepGitDirectory, CancellationToken token)
    {
        string wanted = address.Reference ?? "HEAD";
        await MustAsync(address, ["init", "-q", folder], token);
        (int code, _, string error) = await GitAsync(["-C", folder, "fetch", "-q", "--depth=1", "--", address.Remote, wanted], token);
        if (code != 0)
        {
            // A remote that cannot cut a history short, or does not give a commit by its name, gives all there is.
            await MustAsync(address, ["-C", folder, "fetch", "-q", "--tags", "--", address.Remote, "+refs/heads/*:refs/remotes/origin/*"], token);
            string found = wanted == "HEAD" ? (await CommitAsync(address, token) ?? throw Failed(address, error)) : wanted;
            string[] candidates = [found, "refs/remotes/origin/" + found.Replace("refs/heads/", "", StringComparison.Ordinal), "refs/tags/" + found];
            bool done = false;
            foreach (string candidate in candidates)
            {
                if ((await GitAsync(["-C", folder, "checkout", "-q", "--detach", candidate, "--"], token)).Code == 0)
                {
                    done = true;
                    break;
                }
            }

            if (!done)
            {
                throw BrigException.NotFound($"git: {Oci.Text.Quote(address.Remote)}: no branch, tag or commit {Oci.Text.Quote(wanted)}");
            }
        }
        else
        {
            await MustAsync(address, ["-C", folder, "checkout", "-q", "--detach", "FETCH_HEAD"], token);
        }

        if (address.Submodules && File.Exists(Path.Combine(folder, ".gitmodules")))
        {
            await MustAsync(address, ["-C", folder, "submodule", "update", "-q", "--init", "--recursive", "--depth=1"], token);
        }

        string[] head = (await MustAsync(address, ["-C", folder, "log", "-1", "--format=%H %ct"], token)).Trim().Split(' ');
        DateTimeOffset time = DateTimeOffset.FromUnixTimeSeconds(long.Parse(head[1], CultureInfo.InvariantCulture));
        if (address.Checksum is { } checksum && !head[0].StartsWith(checksum, StringComparison.Ordinal))
        {
            throw BrigException.Invalid($"git: {Oci.Text.Quote(address.Remote)}: expected checksum to match {Oci.Text.Quote(checksum)}, got {head[0]}");
        }

        if (!keepGitDirectory)
        {
            Trees.Remove(null, Path.Combine(folder, ".git"));
        }

        // The time of a checkout is that of this machine's clock.
        TimeLimit.Apply(folder, (time - DateTimeOffset.UnixEpoch).Ticks * 100, token);
        return (head[0], time);
    }

    private static bool IsCommit(string text) => text.Length is 40 or 64 && text.All(char.IsAsciiHexDigitLower);

    private async Task<string> MustAsync(GitAddress address, string[] arguments, CancellationToken token)
    {
        (int code, string output, string error) = await GitAsync(arguments, token);
        return code == 0 ? output : throw Failed(address, error);
    }

    private static BrigException Failed(GitAddress address, string error) =>
        BrigException.Unavailable($"git: {Oci.Text.Quote(address.Remote)}: {Oci.Text.Quote(error.Trim().Split('\n')[^1])}");

    private Task<(int Code, string Output, string Error)> GitAsync(string[] arguments, CancellationToken token)
    {
        string git = SystemProgram.Find("git", "a git repository");
        List<string> environment =
        [
            "PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin", "HOME=/nonexistent", "GIT_TERMINAL_PROMPT=0", "GIT_CONFIG_NOSYSTEM=1", "GIT_CONFIG_GLOBAL=/dev/null", "LC_ALL=C",
            "GIT_SSH_COMMAND=ssh -o BatchMode=yes",
        ];
        if (agents.TryGetValue("default", out string? socket))
        {
            environment.Add("SSH_AUTH_SOCK=" + socket);
        }

        foreach (string name in (ReadOnlySpan<string>)["http_proxy", "https_proxy", "no_proxy", "HTTP_PROXY", "HTTPS_PROXY", "NO_PROXY", "SSL_CERT_FILE"])
        {
            if (Environment.GetEnvironmentVariable(name) is { } value)
            {
                environment.Add($"{name}={value}");
            }
        }

        // Files get 0644 and 0755 whatever the caller's umask.
        string[] all = ["sh", "-c", "umask 022; exec \"$@\"", "sh", git, "-c", "core.hooksPath=/dev/null", "-c", "protocol.file.allow=never", "-c", "advice.detachedHead=false", .. arguments];
        return SystemProgram.RunAsync("/bin/sh", all, environment, token);
    }
}
