namespace QureHost.Archive;

/// <summary>Sites and what each decided about the products.</summary>
public sealed class SiteTable
{
    internal SiteTable()
    {
    }

    public IReadOnlyList<Site> List() => throw new NotImplementedException();

    public Site? Get(string id) => throw new NotImplementedException();

    /// <summary>The site that an AE title belongs to.</summary>
    public Site? FindByAeTitle(string aeTitle) => throw new NotImplementedException();

    public Task PutAsync(Site site, CancellationToken ct) => throw new NotImplementedException();

    /// <summary>Deletes a site that holds no study; the default site stays.</summary>
    public Task<bool> DeleteAsync(string id, CancellationToken ct) => throw new NotImplementedException();

    public IReadOnlyList<SiteProduct> ListProducts(string site) => throw new NotImplementedException();

    /// <summary>What the site decided; null where it decided nothing yet.</summary>
    public SiteProduct? GetProduct(string site, string product) => throw new NotImplementedException();

    public Task PutProductAsync(SiteProduct product, CancellationToken ct) => throw new NotImplementedException();
}

/// <summary>People who log in.</summary>
public sealed class UserTable
{
    internal UserTable()
    {
    }

    public IReadOnlyList<User> List() => throw new NotImplementedException();

    public User? Get(string name) => throw new NotImplementedException();

    public Task PutAsync(User user, CancellationToken ct) => throw new NotImplementedException();

    public Task<bool> DeleteAsync(string name, CancellationToken ct) => throw new NotImplementedException();
}

/// <summary>Keys of machines.</summary>
public sealed class KeyTable
{
    internal KeyTable()
    {
    }

    public IReadOnlyList<ApiKey> List() => throw new NotImplementedException();

    public ApiKey? Get(string id) => throw new NotImplementedException();

    public Task PutAsync(ApiKey key, CancellationToken ct) => throw new NotImplementedException();

    public Task<bool> DeleteAsync(string id, CancellationToken ct) => throw new NotImplementedException();
}

/// <summary>Who did what: one durable row per user, study, action and window of time.</summary>
public sealed class AuditLog
{
    internal AuditLog()
    {
    }

    /// <summary>Records an action. The first of its window is durable on return; repeats are counted in memory and written now and then.</summary>
    public ValueTask RecordAsync(AuditEntry entry, CancellationToken ct) => throw new NotImplementedException();

    public IReadOnlyList<AuditRow> List(AuditFilter filter) => throw new NotImplementedException();
}

/// <summary>Text reports attached to studies.</summary>
public sealed class ReportTable
{
    internal ReportTable()
    {
    }

    /// <summary>Adds a report, with <c>report.added</c>.</summary>
    public Task<Report> AddAsync(string site, string studyUid, string text, string? modality, string source, CancellationToken ct) => throw new NotImplementedException();

    public Report? Get(string id) => throw new NotImplementedException();

    /// <summary>Reports of a study, oldest first.</summary>
    public IReadOnlyList<Report> OfStudy(string site, string studyUid) => throw new NotImplementedException();
}

/// <summary>What readers decided about results.</summary>
public sealed class DecisionTable
{
    internal DecisionTable()
    {
    }

    /// <summary>Records a decision, with <c>decision.made</c>; id and time are made here.</summary>
    public Task<Decision> AddAsync(Decision decision, CancellationToken ct) => throw new NotImplementedException();

    /// <summary>Decisions on a study, oldest first.</summary>
    public IReadOnlyList<Decision> OfStudy(string site, string studyUid) => throw new NotImplementedException();
}

/// <summary>Critical findings that somebody must see.</summary>
public sealed class AlertTable
{
    internal AlertTable()
    {
    }

    /// <summary>Raises an alert once per study, run and finding, with <c>alert.raised</c>.</summary>
    public Task<Alert> RaiseAsync(string site, string studyUid, string? runId, string finding, string text, CancellationToken ct) => throw new NotImplementedException();

    /// <summary>Acknowledges, with <c>alert.acknowledged</c>; false where it is acknowledged already or not there.</summary>
    public Task<bool> AcknowledgeAsync(string id, string user, CancellationToken ct) => throw new NotImplementedException();

    public Alert? Get(string id) => throw new NotImplementedException();

    /// <summary>Alerts of a site, newest first.</summary>
    public IReadOnlyList<Alert> List(string site, bool openOnly, int limit) => throw new NotImplementedException();

    public IReadOnlyList<Alert> OfStudy(string site, string studyUid) => throw new NotImplementedException();
}
