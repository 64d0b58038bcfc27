using System.Globalization;
using Brig.Linux;

namespace Brig.Runtime.Verbs;

/// <summary>The host's name of a user, for lists.</summary>
internal static class UserNames
{
    internal static string Of(uint uid)
    {
        string number = uid.ToString(CultureInfo.InvariantCulture);
        return (Files.TryReadText("/etc/passwd", 4 << 20) ?? "").Split('\n').Select(line => line.Split(':'))
            .FirstOrDefault(fields => fields.Length > 2 && fields[2] == number)?[0] ?? "#" + number;
    }
}
