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

        (int code, string output, _) = await GitAsync([.. Local(address), "ls-remote", "--exit-code", "--", address.Remote, wanted, $"{wanted}^{{}}"], token);
        string[] lines = code == 0 ? output.Split('\n', StringSplitOptions.RemoveEmptyEntries) : [];

        // An annotated tag's commit stands on the line that ends in ^{}.
        string? line = lines.FirstOrDefault(line => line.EndsWith("^{}", StringComparison.Ordinal)) ?? lines.FirstOrDefault();
        return line?.Split('\t', ' ')[0] is { Length: >= 40 } commit ? commit : null;
    }

    /// <summary>Fills an empty folder with the files of the address, none newer than their commit.</summary>
    internal async Task FetchAsync(GitAddress address, string folder, bool keepGitDirectory, CancellationToken token)
    {
        string wanted = address.Reference ?? "HEAD";
        await MustAsync(address, ["init", "-q", folder], token);

        // What submodules with relative addresses are relative to.
        await MustAsync(address, ["-C", folder, "remote", "add", "origin", "--", address.Remote], token);
        (int code, _, string error) = await GitAsync([.. Local(address), "-C", folder, "fetch", "-q", "--depth=1", "--", address.Remote, wanted], token);
        if (code != 0)
        {
            // A remote that cannot cut a history short, or does not give a commit by its name, gives all there is.
            await MustAsync(address, [.. Local(address), "-C", folder, "fetch", "-q", "--tags", "--", address.Remote, "+refs/heads/*:refs/remotes/origin/*"], token);
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
            string[] update = ["-C", folder, "submodule", "update", "-q", "--init", "--recursive"];
            if ((await GitAsync([.. update, "--depth=1"], token)).Code != 0)
            {
                await MustAsync(address, update, token);
            }
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
        TimeLimit.Apply(folder, Moment.Of(time).Nanoseconds, token);
    }

    /// <summary>The time of the commit that the working tree around a directory is at; null where there is none, or no git.</summary>
    internal async Task<DateTimeOffset?> TimeOfAsync(string folder, CancellationToken token)
    {
        for (string? at = folder; ; at = Path.GetDirectoryName(at))
        {
            if (at is null || !SystemProgram.IsThere("git"))
            {
                return null;
            }

            if (Files.TryStat(null, Path.Combine(at, ".git")) is not null)
            {
                break;
            }
        }

        // cat-file runs nothing that the repository's configuration names, and whoever it belongs to is not asked.
        (int code, string output, _) = await GitAsync(["-c", "safe.directory=*", "-c", "protocol.allow=never", "-C", folder, "cat-file", "commit", "HEAD"], token);
        string? committer = code != 0 ? null : output.Split('\n').TakeWhile(line => line.Length > 0).FirstOrDefault(line => line.StartsWith("committer ", StringComparison.Ordinal));
        return committer?.Split(' ') is [.., var seconds, _] && long.TryParse(seconds, NumberStyles.None, CultureInfo.InvariantCulture, out long time) && time < 1L << 33
            ? DateTimeOffset.FromUnixTimeSeconds(time)
            : null;
    }

    // A repository of this machine that a person names himself; never one that a repository names as its submodule.
    private static string[] Local(GitAddress address) => address.IsOfThisMachine ? ["-c", "protocol.file.allow=always"] : [];

    private static bool IsCommit(string text) => text.Length is 40 or 64 && text.All(char.IsAsciiHexDigitLower);

    private async Task<string> MustAsync(GitAddress address, string[] arguments, CancellationToken token)
    {
        (int code, string output, string error) = await GitAsync(arguments, token);
        return code == 0 ? output : throw Failed(address, error);
    }

    private static BrigException Failed(GitAddress address, string error) =>
        BrigException.Unavailable($"git: {Oci.Text.Quote(address.Remote)}: {Oci.Text.Quote(Reason(error.Trim().Split('\n')))}");

    // The first thing that went wrong; what follows from it is told after it.
    private static string Reason(string[] lines) => Array.Find(lines, line => line.StartsWith("fatal: ", StringComparison.Ordinal)) ?? lines[^1];

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
