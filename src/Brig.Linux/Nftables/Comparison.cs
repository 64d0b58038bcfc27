namespace Brig.Linux.Nftables;

/// <summary>How a register is compared (enum nft_cmp_ops).</summary>
public enum Comparison
{
    NFT_CMP_EQ = 0,
    NFT_CMP_NEQ = 1,
}
