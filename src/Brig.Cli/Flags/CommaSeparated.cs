using System.Text;

namespace Brig.Cli.Flags;

/// <summary>One line of comma-separated values in which a field may stand between double quotes.</summary>
internal static class CommaSeparated
{
    public static bool TrySplit(string line, out List<string> fields, out string error)
    {
        fields = [];
        error = "";
        if (line.Length == 0)
        {
            return true;
        }

        int at = 0;
        while (true)
        {
            if (at < line.Length && line[at] == '"')
            {
                if (!TryReadQuoted(line, ref at, out string quoted))
                {
                    error = $"parse error on line 1, column {at + 1}: extraneous or missing \" in quoted-field";
                    return false;
                }

                fields.Add(quoted);
            }
            else
            {
                int end = line.IndexOf(',', at);
                end = end < 0 ? line.Length : end;
                string field = line[at..end];
                if (field.IndexOf('"', StringComparison.Ordinal) is >= 0 and int quote)
                {
                    error = $"parse error on line 1, column {at + quote + 1}: bare \" in non-quoted-field";
                    return false;
                }

                fields.Add(field);
                at = end;
            }

            if (at >= line.Length)
            {
                return true;
            }

            at++;
        }
    }

    private static bool TryReadQuoted(string line, ref int at, out string field)
    {
        StringBuilder text = new();
        for (at++; at < line.Length; at++)
        {
            if (line[at] != '"')
            {
                text.Append(line[at]);
            }
            else if (at + 1 < line.Length && line[at + 1] == '"')
            {
                text.Append('"');
                at++;
            }
            else
            {
                at++;
                field = text.ToString();
                return at == line.Length || line[at] == ',';
            }
        }

        field = "";
        return false;
    }
}
