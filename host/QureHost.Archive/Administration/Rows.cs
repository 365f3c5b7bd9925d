namespace QureHost.Archive;

/// <summary>A hospital or department whose studies, products and users are apart from the others'.</summary>
public sealed record Site
{
    /// <summary><c>a-z 0-9 -</c>, at most 32: part of object paths and URLs.</summary>
    public required string Id { get; init; }

    public required string Name { get; init; }

    /// <summary>AE titles that belong to the site: calling ones that may send, and ours that stand for it.</summary>
    public IReadOnlyList<string> AeTitles { get; init; } = [];

    /// <summary>Addresses or networks (CIDR) that its peers may connect from; empty: loopback only.</summary>
    public IReadOnlyList<string> Addresses { get; init; } = [];
}

/// <summary>What a site decided about a product.</summary>
public sealed record SiteProduct
{
    public required string Site { get; init; }

    public required string Product { get; init; }

    public bool Enabled { get; init; } = true;

    /// <summary>Null: as the product's manifest proposes.</summary>
    public JobLane? Lane { get; init; }

    /// <summary>Null: as the product's manifest proposes.</summary>
    public int? DeadlineSeconds { get; init; }

    /// <summary>JSON object by the product's settings schema.</summary>
    public string Settings { get; init; } = "{}";
}

/// <summary>A model that a site runs in place of the one that a product asks for.</summary>
/// <param name="Site">The site.</param>
/// <param name="Product">The product that asks.</param>
/// <param name="Model">The name that it asks for.</param>
/// <param name="Replacement">The model that it gets.</param>
/// <param name="Sha256">Of the replacement's weights, as it was chosen.</param>
public sealed record SiteModel(string Site, string Product, string Model, string Replacement, string Sha256);

/// <summary>A person who logs in. The hash is the framework's own hasher's.</summary>
public sealed record User
{
    public required string Name { get; init; }

    public required string PasswordHash { get; init; }

    /// <summary><c>reader</c>, <c>admin</c>.</summary>
    public IReadOnlyList<string> Roles { get; init; } = [];

    public IReadOnlyList<string> Sites { get; init; } = [];
}

/// <summary>A machine's key: only its hash is kept.</summary>
public sealed record ApiKey
{
    /// <summary>Public part, by which the row is found.</summary>
    public required string Id { get; init; }

    public required string Name { get; init; }

    public required string Hash { get; init; }

    public required string Site { get; init; }

    public IReadOnlyList<string> Roles { get; init; } = [];

    public DateTimeOffset CreatedAt { get; init; }
}

/// <summary>Something that a user did. Repeats within the window are counted in one row.</summary>
public sealed record AuditEntry(string User, string Site, string? StudyUid, string Action, string? Detail = null);

/// <summary>A row of the audit: one user, study and action in one window of time.</summary>
public sealed record AuditRow
{
    public required long Id { get; init; }

    public required string User { get; init; }

    public required string Site { get; init; }

    public string? StudyUid { get; init; }

    public required string Action { get; init; }

    public string? Detail { get; init; }

    public required DateTimeOffset FirstAt { get; init; }

    public required DateTimeOffset LastAt { get; init; }

    public required int Count { get; init; }
}

/// <summary>Which audit rows to list, newest first; what is null does not filter.</summary>
public sealed record AuditFilter
{
    public IReadOnlyCollection<string>? Sites { get; init; }

    public string? StudyUid { get; init; }

    public string? User { get; init; }

    public int Limit { get; init; } = 200;
}

/// <summary>A text report attached to a study.</summary>
public sealed record Report
{
    public required string Id { get; init; }

    public required string Site { get; init; }

    public required string StudyUid { get; init; }

    public required string Text { get; init; }

    public string? Modality { get; init; }

    /// <summary><c>api</c>, or the SOP Instance UID it was taken from.</summary>
    public required string Source { get; init; }

    public required DateTimeOffset AddedAt { get; init; }
}

/// <summary>What a reader decided about a result.</summary>
public sealed record Decision
{
    public required string Id { get; init; }

    public required string Site { get; init; }

    public required string StudyUid { get; init; }

    public required string Product { get; init; }

    public string? RunId { get; init; }

    public string? ResultId { get; init; }

    /// <summary><c>accept</c>, <c>reject</c>, <c>edit</c> or <c>add</c>.</summary>
    public required string Kind { get; init; }

    public string? Comment { get; init; }

    public required string User { get; init; }

    public required DateTimeOffset At { get; init; }
}

/// <summary>A critical finding that somebody must see.</summary>
public sealed record Alert
{
    public required string Id { get; init; }

    public required string Site { get; init; }

    public required string StudyUid { get; init; }

    public string? RunId { get; init; }

    public required string Finding { get; init; }

    public required string Text { get; init; }

    public required DateTimeOffset RaisedAt { get; init; }

    public string? AcknowledgedBy { get; init; }

    public DateTimeOffset? AcknowledgedAt { get; init; }
}

/// <summary>A result as it stands now: what the newest attempt published and did not withdraw.</summary>
public sealed record StoredResult
{
    public required string Site { get; init; }

    public required string StudyUid { get; init; }

    public required string Product { get; init; }

    public required string RunId { get; init; }

    public required int Attempt { get; init; }

    public required string ResultId { get; init; }

    /// <summary>Sequence number of the event that published it.</summary>
    public required long Seq { get; init; }

    /// <summary>Data of that event (JSON): <c>{result, mask?}</c>.</summary>
    public required string Data { get; init; }
}
