using Brig.Images.Transfers;

namespace Brig.Images.Tests.Support;

internal sealed class Silent : IProgress<TransferProgress>
{
    internal static Silent Instance { get; } = new();

    public void Report(TransferProgress value)
    {
    }
}
