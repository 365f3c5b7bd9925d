using Dapper;

namespace QureHost.Archive;

/// <summary>Critical findings that somebody must see.</summary>
public sealed class AlertTable
{
    private const string Select =
        "SELECT id AS Id, site AS Site, study_uid AS StudyUid, run_id AS RunId, finding AS Finding, text AS Text, raised_at AS RaisedAt, "
        + "acknowledged_by AS AcknowledgedBy, acknowledged_at AS AcknowledgedAt FROM alert ";

    private readonly Database database;

    internal AlertTable(Database database) => this.database = database;

    /// <summary>Raises an alert once per study, run and finding, with <c>alert.raised</c>; a repeat answers the first one.</summary>
    public Task<Alert> RaiseAsync(string site, string studyUid, string? runId, string finding, string text, CancellationToken ct) => database.WriteAsync(
        scope =>
        {
            var known = scope.QuerySingle<Row>(
                Select + "WHERE study_uid = @studyUid AND site = @site AND run_id IS @runId AND finding = @finding", new { site, studyUid, runId, finding });
            if (known is not null)
                return known.ToAlert();
            var alert = new Alert
            {
                Id = Guid.CreateVersion7(scope.Now).ToString("N"),
                Site = site,
                StudyUid = studyUid,
                RunId = runId,
                Finding = finding,
                Text = text,
                RaisedAt = scope.Now,
            };
            scope.Execute(
                "INSERT INTO alert (id, site, study_uid, run_id, finding, text, raised_at) VALUES (@Id, @Site, @StudyUid, @RunId, @Finding, @Text, @NowMs)",
                new { alert.Id, alert.Site, alert.StudyUid, alert.RunId, alert.Finding, alert.Text, scope.NowMs });
            var data = EventData.Of(json =>
            {
                json.WriteString("alertId", alert.Id);
                json.WriteString("finding", finding);
                json.WriteString("text", text);
            });
            scope.Append(new EventDraft(site, studyUid, EventTypes.AlertRaised, data, RunId: runId));
            return alert;
        },
        ct);

    /// <summary>Acknowledges, with <c>alert.acknowledged</c>; false where it is acknowledged already or not there.</summary>
    public Task<bool> AcknowledgeAsync(string id, string user, CancellationToken ct) => database.WriteAsync(
        scope =>
        {
            if (scope.Execute("UPDATE alert SET acknowledged_by = @user, acknowledged_at = @NowMs WHERE id = @id AND acknowledged_at IS NULL", new { id, user, scope.NowMs }) == 0)
                return false;
            var alert = scope.QuerySingle<Row>(Select + "WHERE id = @id", new { id })!;
            var data = EventData.Of(json =>
            {
                json.WriteString("alertId", id);
                json.WriteString("user", user);
            });
            scope.Append(new EventDraft(alert.Site, alert.StudyUid, EventTypes.AlertAcknowledged, data, RunId: alert.RunId));
            return true;
        },
        ct);

    public Alert? Get(string id) => database.Read(c => c.Sqlite.QueryFirstOrDefault<Row>(Select + "WHERE id = @id", new { id })?.ToAlert());

    /// <summary>Alerts of a site, newest first.</summary>
    public IReadOnlyList<Alert> List(string site, bool openOnly, int limit) => database.Read(c => c.Sqlite
        .Query<Row>(Select + $"WHERE site = @site {(openOnly ? "AND acknowledged_at IS NULL " : "")}ORDER BY raised_at DESC, id DESC LIMIT @limit", new { site, limit })
        .Select(r => r.ToAlert()).ToList());

    public IReadOnlyList<Alert> OfStudy(string site, string studyUid) => database.Read(c => c.Sqlite
        .Query<Row>(Select + "WHERE study_uid = @studyUid AND site = @site ORDER BY id", new { site, studyUid }).Select(r => r.ToAlert()).ToList());

    private sealed class Row
    {
        public string Id { get; set; } = "";

        public string Site { get; set; } = "";

        public string StudyUid { get; set; } = "";

        public string? RunId { get; set; }

        public string Finding { get; set; } = "";

        public string Text { get; set; } = "";

        public long RaisedAt { get; set; }

        public string? AcknowledgedBy { get; set; }

        public long? AcknowledgedAt { get; set; }

        public Alert ToAlert() => new()
        {
            Id = Id,
            Site = Site,
            StudyUid = StudyUid,
            RunId = RunId,
            Finding = Finding,
            Text = Text,
            RaisedAt = DateTimeOffset.FromUnixTimeMilliseconds(RaisedAt),
            AcknowledgedBy = AcknowledgedBy,
            AcknowledgedAt = AcknowledgedAt is { } at ? DateTimeOffset.FromUnixTimeMilliseconds(at) : null,
        };
    }
}
