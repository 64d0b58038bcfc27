using System.Globalization;
using Brig.Oci.Images;

namespace Brig.Builds.Dockerfiles;

internal static class HealthcheckParser
{
    internal static HealthcheckInstruction Parse(RawInstruction raw, List<string> flags, string rest)
    {
        InstructionFlags known = InstructionFlags.Parse(flags,
            ("interval", FlagKind.Text), ("timeout", FlagKind.Text), ("start-period", FlagKind.Text), ("start-interval", FlagKind.Text), ("retries", FlagKind.Text));
        int blank = rest.AsSpan().IndexOfAny(" \t\v\f\r");
        string type = (blank < 0 ? rest : rest[..blank]).ToUpperInvariant();
        string command = blank < 0 ? "" : rest[blank..].Trim();
        Healthcheck check = type switch
        {
            "" => throw BrigException.Invalid("HEALTHCHECK requires at least one argument"),
            "NONE" when command.Length > 0 => throw BrigException.Invalid("HEALTHCHECK NONE takes no arguments"),
            "NONE" when flags.Count > 0 => throw BrigException.Invalid("HEALTHCHECK NONE takes no flags"),
            "NONE" => new Healthcheck { Test = ["NONE"] },
            "CMD" => new Healthcheck
            {
                Test = Test(command),
                Interval = Duration(known, "interval"),
                Timeout = Duration(known, "timeout"),
                StartPeriod = Duration(known, "start-period"),
                StartInterval = Duration(known, "start-interval"),
                Retries = Retries(known.Text("retries")),
            },
            _ => throw BrigException.Invalid($"Unknown type \"{Oci.Text.Quote(type)}\" in HEALTHCHECK (try CMD)"),
        };
        return new HealthcheckInstruction(check) { Keyword = raw.Keyword, Text = InstructionParser.Shown(raw), Lines = raw.Lines };
    }

    private static IReadOnlyList<string> Test(string command) => JsonStrings.TryParse(command) switch
    {
        null when command.Length > 0 => ["CMD-SHELL", command],
        { Count: > 0 } args => ["CMD", .. args],
        _ => throw BrigException.Invalid("Missing command after HEALTHCHECK CMD"),
    };

    private static long Duration(InstructionFlags flags, string name)
    {
        const long millisecond = 1_000_000;
        if (flags.Text(name) is not { } written)
        {
            return 0;
        }

        long duration = GoDuration.TryParse(written) ?? throw BrigException.Invalid($"invalid duration for --{name}: \"{Oci.Text.Quote(written)}\"");
        return duration is 0 or >= millisecond ? duration : throw BrigException.Invalid($"Interval \"{name}\" cannot be less than 1ms");
    }

    private static int Retries(string? written) => written is null ? 0
        : !int.TryParse(written, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out int retries) ? throw BrigException.Invalid($"invalid number for --retries: \"{Oci.Text.Quote(written)}\"")
        : retries < 0 ? throw BrigException.Invalid($"--retries cannot be negative ({retries})")
        : retries;
}
