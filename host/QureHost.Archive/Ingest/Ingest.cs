namespace QureHost.Archive;

/// <summary>
/// The door by which instances come in. Instances of one request or association are a group: their files are written
/// and synced side by side, then one directory sync and one transaction make the group durable.
/// </summary>
public sealed class Ingest
{
    internal Ingest()
    {
    }

    /// <summary>Begins a group.</summary>
    /// <param name="site">A known site.</param>
    /// <param name="source">Where it comes from, for the index and audit: <c>stow</c>, <c>dimse:AET</c>, <c>import</c>, <c>run</c>.</param>
    /// <param name="runId">The run of ours that wrote the instances: such never trigger a product.</param>
    /// <param name="studyUid">The one study that instances may belong to (STOW-RS to <c>/studies/{uid}</c>); others are refused.</param>
    public IngestGroup Begin(string site, string source, string? runId = null, string? studyUid = null) => throw new NotImplementedException();
}
