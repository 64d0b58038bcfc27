namespace Brig.Builds.Plan;

/// <summary>An entry of the history before it is known when it was made.</summary>
internal readonly record struct HistoryDraft(string CreatedBy, bool EmptyLayer);
