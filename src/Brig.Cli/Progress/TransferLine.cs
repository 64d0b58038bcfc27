using Brig.Cli.Text;

namespace Brig.Cli.Progress;

/// <summary>A layer's line: <c>6c3c624b58db: Downloading [=====&gt;     ]  12.3MB/50MB</c>.</summary>
internal static class TransferLine
{
    private const int LongestBar = 50;
    private const int ShortestBar = 8;
    // The sizes at their longest, with the blanks around them.
    private const int Numbers = 20;

    public static string Format(TransferEvent news, int columns)
    {
        string line = $"{news.Id}: {news.Action}";
        if (!news.IsMovement)
        {
            return line;
        }

        string current = Sizes.Human(news.Current);
        if (news.Total <= 0 || news.Current > news.Total)
        {
            return $"{line} {current,8}";
        }

        int room = Math.Min(LongestBar, columns - DisplayWidth.Of(line) - Numbers - 4);
        return $"{line} {Bar(news, room)}{current,8}/{Sizes.Human(news.Total)}";
    }

    private static string Bar(TransferEvent news, int width)
    {
        if (width < ShortestBar)
        {
            return "";
        }

        int done = (int)(width * ((double)news.Current / news.Total));
        return $"[{new string('=', done)}{(done < width ? ">" : "")}{new string(' ', Math.Max(0, width - done - 1))}] ";
    }
}
