using Dapper;

namespace QureHost.Archive;

/// <summary>What readers decided about results.</summary>
public sealed class DecisionTable
{
    private readonly Database database;

    internal DecisionTable(Database database) => this.database = database;

    /// <summary>Records a decision, with <c>decision.made</c>; id and time are made here.</summary>
    public Task<Decision> AddAsync(Decision decision, CancellationToken ct) => database.WriteAsync(
        scope =>
        {
            var d = decision with { Id = Guid.CreateVersion7(scope.Now).ToString("N"), At = scope.Now };
            scope.Execute(
                "INSERT INTO decision (id, site, study_uid, product, run_id, result_id, kind, comment, user, at) "
                + "VALUES (@Id, @Site, @StudyUid, @Product, @RunId, @ResultId, @Kind, @Comment, @User, @NowMs)",
                new { d.Id, d.Site, d.StudyUid, d.Product, d.RunId, d.ResultId, d.Kind, d.Comment, d.User, scope.NowMs });
            var data = EventData.Of(json =>
            {
                json.WriteString("resultId", d.ResultId);
                json.WriteString("decision", d.Kind);
                json.WriteString("comment", d.Comment);
                json.WriteString("user", d.User);
            });
            scope.Append(new EventDraft(d.Site, d.StudyUid, EventTypes.DecisionMade, data, d.Product, d.RunId));
            return d;
        },
        ct);

    /// <summary>Decisions on a study, oldest first.</summary>
    public IReadOnlyList<Decision> OfStudy(string site, string studyUid) => database.Read(c => c.Sqlite.Query<Row>(
        "SELECT id AS Id, site AS Site, study_uid AS StudyUid, product AS Product, run_id AS RunId, result_id AS ResultId, kind AS Kind, comment AS Comment, user AS User, at AS At "
        + "FROM decision WHERE study_uid = @studyUid AND site = @site ORDER BY id",
        new { site, studyUid }).Select(r => r.ToDecision()).ToList());

    private sealed class Row
    {
        public string Id { get; set; } = "";

        public string Site { get; set; } = "";

        public string StudyUid { get; set; } = "";

        public string Product { get; set; } = "";

        public string? RunId { get; set; }

        public string? ResultId { get; set; }

        public string Kind { get; set; } = "";

        public string? Comment { get; set; }

        public string User { get; set; } = "";

        public long At { get; set; }

        public Decision ToDecision() => new()
        {
            Id = Id,
            Site = Site,
            StudyUid = StudyUid,
            Product = Product,
            RunId = RunId,
            ResultId = ResultId,
            Kind = Kind,
            Comment = Comment,
            User = User,
            At = DateTimeOffset.FromUnixTimeMilliseconds(At),
        };
    }
}
