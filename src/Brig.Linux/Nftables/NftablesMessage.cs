namespace Brig.Linux.Nftables;

/// <summary>Message types of nf_tables and of nfnetlink's batches (linux/netfilter/nf_tables.h, nfnetlink.h).</summary>
public static class NftablesMessage
{
    internal const int NFNL_SUBSYS_NFTABLES = 10;
    internal const int NFNL_MSG_BATCH_BEGIN = 0x10;
    internal const int NFNL_MSG_BATCH_END = 0x11;

    public const int NFT_MSG_NEWTABLE = 0;
    public const int NFT_MSG_GETTABLE = 1;
    public const int NFT_MSG_DELTABLE = 2;
    public const int NFT_MSG_NEWCHAIN = 3;
    public const int NFT_MSG_GETCHAIN = 4;
    public const int NFT_MSG_NEWRULE = 6;
    public const int NFT_MSG_NEWSET = 9;
    public const int NFT_MSG_NEWSETELEM = 12;
    public const int NFT_MSG_GETSETELEM = 13;
    public const int NFT_MSG_DELSETELEM = 14;
}
