namespace Brig.Linux.Nftables;

/// <summary>Facts about a connection (enum nft_ct_keys).</summary>
public enum ConntrackKey
{
    NFT_CT_STATE = 0,
    NFT_CT_STATUS = 2,
}
