using Brig.Builds.StepMounts;
using Brig.Cli.Flags;

namespace Brig.Cli.Commands.Images;

/// <summary>Reads <c>--secret</c>: <c>id=NAME[,src=FILE][,env=VARIABLE]</c>; without either the variable of that name, else the file.</summary>
internal static class SecretText
{
    public static SecretSource Parse(string text)
    {
        if (!CommaSeparated.TrySplit(text, out List<string> fields, out string error))
        {
            throw BrigException.Invalid($"--secret {Oci.Text.Quote(text)}: {error}");
        }

        (string? id, string? file, string? variable, string? type) = (null, null, null, null);
        foreach (string field in fields)
        {
            string[] pair = field.Split('=', 2);
            string value = pair.Length > 1 ? pair[1] : throw BrigException.Invalid($"invalid field '{Oci.Text.Quote(field)}' must be a key=value pair");
            switch (pair[0].ToLowerInvariant())
            {
                case "id":
                    id = value;
                    break;
                case "source" or "src":
                    file = value;
                    break;
                case "env":
                    variable = value;
                    break;
                case "type" when value is "file" or "env":
                    type = value;
                    break;
                default:
                    throw BrigException.Invalid($"unexpected key '{Oci.Text.Quote(pair[0])}' in '{Oci.Text.Quote(field)}'");
            }
        }

        if (string.IsNullOrEmpty(id))
        {
            throw BrigException.Invalid($"--secret {Oci.Text.Quote(text)}: an id is missing");
        }

        if (type == "env")
        {
            (variable, file) = (variable ?? file ?? id, null);
        }

        return file is not null ? new SecretSource(id, Path.GetFullPath(file), null)
            : variable is not null ? new SecretSource(id, null, variable)
            : type is null && Environment.GetEnvironmentVariable(id) is not null ? new SecretSource(id, null, id)
            : new SecretSource(id, Path.GetFullPath(id), null);
    }
}
