namespace Brig.Images.Registry;

/// <summary>A token that is cancelled when nothing moved for too long, or the caller's is.</summary>
internal sealed class Patience : IDisposable
{
    private readonly CancellationTokenSource _source;
    private readonly CancellationToken _callers;
    private readonly TimeSpan _limit;

    internal Patience(TimeSpan limit, CancellationToken callers)
    {
        (_limit, _callers) = (limit, callers);
        _source = CancellationTokenSource.CreateLinkedTokenSource(callers);
        Renew();
    }

    internal CancellationToken Token => _source.Token;

    /// <summary>True where a cancellation was this clock's, not the caller's.</summary>
    internal bool IsOver => _source.IsCancellationRequested && !_callers.IsCancellationRequested;

    internal void Renew() => _source.CancelAfter(_limit);

    public void Dispose() => _source.Dispose();
}
