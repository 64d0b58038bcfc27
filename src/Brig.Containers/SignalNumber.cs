using Brig.Linux;

namespace Brig.Containers;

/// <summary>Signals as users write them.</summary>
public static class SignalNumber
{
    /// <summary>Reads <c>TERM</c>, <c>SIGTERM</c>, <c>15</c>, <c>RTMIN+3</c>.</summary>
    public static int Parse(string text)
    {
        try
        {
            return Signals.Parse(text);
        }
        catch (FormatException)
        {
            throw BrigException.Invalid($"invalid signal: {Oci.Text.Quote(text)}");
        }
    }
}
