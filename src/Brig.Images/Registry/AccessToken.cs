namespace Brig.Images.Registry;

/// <summary>A bearer token and the moment from which it is no longer used: a little before it ends, so that no long transfer starts with a dying one.</summary>
internal sealed record AccessToken(string Value, DateTimeOffset GoodUntil)
{
    /// <summary>What a token server that says nothing means (distribution's token specification).</summary>
    private static readonly TimeSpan s_usual = TimeSpan.FromSeconds(60);

    internal static AccessToken Of(string value, int? seconds, DateTimeOffset now)
    {
        TimeSpan life = seconds is > 0 ? TimeSpan.FromSeconds(Math.Max(seconds.Value, s_usual.TotalSeconds)) : s_usual;
        return new AccessToken(value, now + life - TimeSpan.FromSeconds(Math.Min(15, life.TotalSeconds / 4)));
    }
}
