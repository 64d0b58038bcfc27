namespace Brig.Builds.Checks;

/// <summary>A build check: its name, the page that tells of it, and whether it must be asked for.</summary>
internal sealed record CheckRule(string Name, string Page, bool Experimental = false)
{
    private const string Pages = "https://docs.docker.com/go/dockerfile/rule/";

    internal static CheckRule StageNameCasing { get; } = new("StageNameCasing", "stage-name-casing");

    internal static CheckRule FromAsCasing { get; } = new("FromAsCasing", "from-as-casing");

    internal static CheckRule NoEmptyContinuation { get; } = new("NoEmptyContinuation", "no-empty-continuation");

    internal static CheckRule ConsistentInstructionCasing { get; } = new("ConsistentInstructionCasing", "consistent-instruction-casing");

    internal static CheckRule DuplicateStageName { get; } = new("DuplicateStageName", "duplicate-stage-name");

    internal static CheckRule ReservedStageName { get; } = new("ReservedStageName", "reserved-stage-name");

    internal static CheckRule JsonArgsRecommended { get; } = new("JSONArgsRecommended", "json-args-recommended");

    internal static CheckRule MaintainerDeprecated { get; } = new("MaintainerDeprecated", "maintainer-deprecated");

    internal static CheckRule UndefinedArgInFrom { get; } = new("UndefinedArgInFrom", "undefined-arg-in-from");

    internal static CheckRule WorkdirRelativePath { get; } = new("WorkdirRelativePath", "workdir-relative-path");

    internal static CheckRule UndefinedVar { get; } = new("UndefinedVar", "undefined-var");

    internal static CheckRule MultipleInstructionsDisallowed { get; } = new("MultipleInstructionsDisallowed", "multiple-instructions-disallowed");

    internal static CheckRule LegacyKeyValueFormat { get; } = new("LegacyKeyValueFormat", "legacy-key-value-format");

    internal static CheckRule InvalidBaseImagePlatform { get; } = new("InvalidBaseImagePlatform", "invalid-base-image-platform");

    internal static CheckRule RedundantTargetPlatform { get; } = new("RedundantTargetPlatform", "redundant-target-platform");

    internal static CheckRule SecretsUsedInArgOrEnv { get; } = new("SecretsUsedInArgOrEnv", "secrets-used-in-arg-or-env");

    internal static CheckRule InvalidDefaultArgInFrom { get; } = new("InvalidDefaultArgInFrom", "invalid-default-arg-in-from");

    internal static CheckRule FromPlatformFlagConstDisallowed { get; } = new("FromPlatformFlagConstDisallowed", "from-platform-flag-const-disallowed");

    internal static CheckRule CopyIgnoredFile { get; } = new("CopyIgnoredFile", "copy-ignored-file");

    internal static CheckRule InvalidDefinitionDescription { get; } = new("InvalidDefinitionDescription", "invalid-definition-description", Experimental: true);

    internal static CheckRule ExposeProtoCasing { get; } = new("ExposeProtoCasing", "expose-proto-casing");

    internal static CheckRule ExposeInvalidFormat { get; } = new("ExposeInvalidFormat", "expose-invalid-format");

    internal string Address => $"{Pages}{Page}/";
}
