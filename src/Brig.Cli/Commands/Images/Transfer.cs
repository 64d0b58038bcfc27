using Brig.Cli.Progress;
using Brig.Images.Transfers;

namespace Brig.Cli.Commands.Images;

/// <summary>A transfer's news as displays take them.</summary>
internal static class Transfer
{
    /// <summary>Bytes count only while something moves: a layer that has arrived is a change of state.</summary>
    public static TransferEvent Event(TransferProgress news) => news.State is TransferState.Downloading or TransferState.Extracting or TransferState.Pushing or TransferState.Loading
        ? new TransferEvent(news.Id, news.Words, news.Current, news.Total)
        : new TransferEvent(news.Id, news.Words);

    public static IProgress<TransferProgress> To(TransferDisplay display) => new DirectProgress<TransferProgress>(news => display.Report(Event(news)));

    /// <summary>For those who want to hear nothing.</summary>
    public static IProgress<TransferProgress> Silence { get; } = new DirectProgress<TransferProgress>(_ => { });
}
