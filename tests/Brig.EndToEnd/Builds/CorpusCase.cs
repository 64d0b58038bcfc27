using Brig.EndToEnd.Support;

namespace Brig.EndToEnd.Builds;

/// <summary>
/// A case of the corpus: <c># clause</c>, <c>$ arguments</c>, then parts after lines of <c>---</c>: <c>Dockerfile</c>; files of the context
/// (<c>path MODE</c>, <c>link -> target</c>, <c>name = tar|tgz|tbz|txz|tzst</c> for an archive of one file); <c>expect</c>. An expectation is
/// <c>f PATH MODE OWNER CONTENT</c> (lines joined by |), <c>d PATH MODE OWNER</c>, <c>l PATH -> TARGET</c>, <c>- PATH</c> for nothing there,
/// <c>t PATH SECONDS</c>, <c>c KEY JSON</c> of the configuration, <c>C KEY</c> for none, <c>h TEXT</c> of the history, <c>o TEXT</c> of what
/// is said, each as a capital for its opposite, and <c>e TEXT</c> for a build that fails.
/// </summary>
public sealed class CorpusCase
{
    private readonly List<(string Name, string Text)> _files = [];

    public List<string> Arguments { get; } = [];

    public List<string> Expectations { get; } = [];

    public static CorpusCase Read(string path)
    {
        CorpusCase read = new();
        string part = "";
        System.Text.StringBuilder text = new();
        foreach (string line in File.ReadAllText(path).Split('\n').Append("--- "))
        {
            if (!line.StartsWith("--- ", StringComparison.Ordinal))
            {
                if (part.Length == 0 && line.StartsWith("$ ", StringComparison.Ordinal))
                {
                    read.Arguments.AddRange(line[2..].Split(' '));
                }

                text.Append(line).Append('\n');
                continue;
            }

            if (part == "expect")
            {
                read.Expectations.AddRange(text.ToString().Split('\n', StringSplitOptions.RemoveEmptyEntries));
            }
            else if (part.Length > 0)
            {
                read._files.Add((part, text.ToString()));
            }

            part = line[4..];
            text.Clear();
        }

        return read;
    }

    public void WriteContext(string folder)
    {
        Directory.CreateDirectory(folder);
        foreach ((string name, string text) in _files)
        {
            string[] link = name.Split(" -> "), archive = name.Split(" = ");
            if (link.Length == 2)
            {
                Make(folder, link[0]);
                File.CreateSymbolicLink(Path.Combine(folder, link[0]), link[1]);
                continue;
            }

            if (archive.Length == 2)
            {
                string flag = archive[1] switch { "tgz" => "-z", "tbz" => "-j", "txz" => "-J", "tzst" => "--zstd", _ => "" };
                Host.Shell($"d=$(mktemp -d) && echo packed > $d/in && tar -C $d --owner=7 --group=8 --mode=644 {flag} -cf '{folder}/{archive[0]}' in && rm -r $d");
                continue;
            }

            int blank = name.LastIndexOf(' ');
            bool hasMode = blank > 0 && name[(blank + 1)..] is { Length: 3 } digits && digits.All(char.IsAsciiDigit);
            string path = Path.Combine(folder, hasMode ? name[..blank] : name);
            Make(folder, Path.GetRelativePath(folder, path));
            File.WriteAllText(path, text);
            File.SetUnixFileMode(path, (UnixFileMode)Convert.ToInt32(hasMode ? name[(blank + 1)..] : "644", 8));
        }
    }

    private static void Make(string folder, string name)
    {
        string parent = Path.GetDirectoryName(Path.Combine(folder, name))!;
        Directory.CreateDirectory(parent);
        for (string at = parent; at.Length > folder.Length; at = Path.GetDirectoryName(at)!)
        {
            File.SetUnixFileMode(at, (UnixFileMode)0x1ED);
        }
    }
}
