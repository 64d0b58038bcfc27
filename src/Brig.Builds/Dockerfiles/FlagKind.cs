namespace Brig.Builds.Dockerfiles;

/// <summary>What an instruction's flag takes.</summary>
internal enum FlagKind
{
    Text,
    Switch,
    List,
}
