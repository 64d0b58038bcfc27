using Brig.Builds.Dockerfiles;

namespace Brig.Builds.Plan;

/// <summary>A <c>RUN --device=NAME[,required]</c>. One that is not required and not there is left out.</summary>
internal sealed record RunDevice(string Name, bool Required)
{
    internal static RunDevice Parse(string written)
    {
        string name = "";
        bool required = false;
        foreach (string field in CommaFields.Split(written))
        {
            int equals = field.IndexOf('=', StringComparison.Ordinal);
            (string key, string? value) = equals < 0 ? (field, null) : (field[..equals], field[(equals + 1)..]);
            switch (key.ToLowerInvariant())
            {
                case "required":
                    required = value is null or "1" or "true" || (value is "0" or "false" ? false : throw BrigException.Invalid($"invalid value for required: {Oci.Text.Quote(value)}"));
                    break;
                case "name" when value is not null && name.Length == 0:
                    name = value;
                    break;
                default:
                    name = name.Length == 0 ? field : throw BrigException.Invalid($"unexpected key '{Oci.Text.Quote(key)}' in '{Oci.Text.Quote(field)}'");
                    break;
            }
        }

        return name.Length > 0 ? new RunDevice(name, required) : throw BrigException.Invalid($"'{Oci.Text.Quote(written)}': a device needs a name");
    }
}
