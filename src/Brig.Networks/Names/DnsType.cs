namespace Brig.Networks.Names;

/// <summary>Types of records (RFC 1035, 3596).</summary>
internal enum DnsType : ushort
{
    A = 1,
    PTR = 12,
    AAAA = 28,
    ANY = 255,
}
