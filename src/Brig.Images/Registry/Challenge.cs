using System.Net.Http.Headers;
using System.Text;

namespace Brig.Images.Registry;

/// <summary>How a registry wants to be asked: <c>WWW-Authenticate</c> (RFC 9110 11.6.1; distribution's token specification).</summary>
internal sealed record Challenge(string? Realm, string? Service, string? Scope)
{
    /// <summary>False for basic authentication.</summary>
    internal bool IsBearer { get; private init; }

    /// <summary>Where tokens are; null where the challenge names no such place.</summary>
    internal Uri? TokenServer => Uri.TryCreate(Realm, UriKind.Absolute, out Uri? address) && address.Scheme is "https" or "http" ? address : null;

    /// <summary>The bearer challenge among those offered, or else the basic one.</summary>
    internal static Challenge? Of(HttpHeaderValueCollection<AuthenticationHeaderValue> offered)
    {
        AuthenticationHeaderValue? bearer = offered.FirstOrDefault(offer => offer.Scheme.Equals("Bearer", StringComparison.OrdinalIgnoreCase));
        AuthenticationHeaderValue? basic = offered.FirstOrDefault(offer => offer.Scheme.Equals("Basic", StringComparison.OrdinalIgnoreCase));
        if ((bearer ?? basic) is not { } chosen)
        {
            return null;
        }

        Dictionary<string, string> values = Parse(chosen.Parameter ?? "");
        return new Challenge(values.GetValueOrDefault("realm"), values.GetValueOrDefault("service"), values.GetValueOrDefault("scope")) { IsBearer = bearer is not null };
    }

    /// <summary>Reads <c>name=value, name="quoted \" value"</c>; what cannot be read is left out.</summary>
    internal static Dictionary<string, string> Parse(string text)
    {
        Dictionary<string, string> values = new(StringComparer.OrdinalIgnoreCase);
        int at = 0;
        while (at < text.Length)
        {
            int equals = text.IndexOf('=', at);
            if (equals < 0)
            {
                break;
            }

            string name = text[at..equals].Trim(' ', ',', '\t');
            at = equals + 1;
            StringBuilder value = new();
            if (at < text.Length && text[at] == '"')
            {
                for (at++; at < text.Length && text[at] != '"'; at++)
                {
                    at += text[at] == '\\' && at + 1 < text.Length ? 1 : 0;
                    value.Append(text[at]);
                }

                at++;
            }
            else
            {
                for (; at < text.Length && text[at] != ','; at++)
                {
                    value.Append(text[at]);
                }
            }

            values.TryAdd(name, value.ToString().Trim());
        }

        return values;
    }
}
