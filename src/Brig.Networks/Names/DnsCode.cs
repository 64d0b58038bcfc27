namespace Brig.Networks.Names;

/// <summary>How a query ended (RFC 1035).</summary>
internal enum DnsCode
{
    NoError = 0,
    FormatError = 1,
    ServerFailure = 2,
    NameError = 3,
    NotImplemented = 4,
}
