namespace Brig.Linux.Nftables;

/// <summary>Facts about a packet beside its bytes (enum nft_meta_keys).</summary>
public enum MetaKey
{
    NFT_META_IIFNAME = 6,
    NFT_META_OIFNAME = 7,
    NFT_META_NFPROTO = 15,
    NFT_META_L4PROTO = 16,
}
