namespace Brig.Linux.Nftables;

/// <summary>Which header an offset counts from (enum nft_payload_bases).</summary>
public enum PayloadBase
{
    NFT_PAYLOAD_NETWORK_HEADER = 1,
    NFT_PAYLOAD_TRANSPORT_HEADER = 2,
}
