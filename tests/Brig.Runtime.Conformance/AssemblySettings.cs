using Brig.Runtime.Conformance.Support;

[assembly: System.Runtime.Versioning.SupportedOSPlatform("linux")]

// A case waits for other programs most of the time.
[assembly: Xunit.v3.Parallelization(MaxThreads = 4)]
[assembly: AssemblyFixture(typeof(Leftovers))]
