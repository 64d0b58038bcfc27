using System.Text;

namespace Brig.Builds.Dockerfiles;

/// <summary>The fields of one line of comma-separated values (RFC 4180): a field in double quotes may hold commas.</summary>
internal static class CommaFields
{
    internal static List<string> Split(string line)
    {
        List<string> fields = [];
        StringBuilder field = new();
        for (int at = 0; ;)
        {
            if (at < line.Length && line[at] == '"')
            {
                at = Quoted(line, at + 1, field);
            }
            else
            {
                while (at < line.Length && line[at] != ',')
                {
                    field.Append(line[at] != '"' ? line[at++] : throw BrigException.Invalid($"bare \" in a field without quotes: {Oci.Text.Quote(line)}"));
                }
            }

            fields.Add(field.ToString());
            field.Clear();
            if (at >= line.Length)
            {
                return fields;
            }

            at = line[at] == ',' ? at + 1 : throw BrigException.Invalid($"extraneous text after a quoted field: {Oci.Text.Quote(line)}");
        }
    }

    private static int Quoted(string line, int at, StringBuilder field)
    {
        for (; at < line.Length; at++)
        {
            if (line[at] != '"')
            {
                field.Append(line[at]);
            }
            else if (at + 1 < line.Length && line[at + 1] == '"')
            {
                field.Append('"');
                at++;
            }
            else
            {
                return at + 1;
            }
        }

        throw BrigException.Invalid($"a quoted field without its end: {Oci.Text.Quote(line)}");
    }
}
