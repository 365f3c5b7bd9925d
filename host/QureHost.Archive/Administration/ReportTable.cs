using Dapper;

namespace QureHost.Archive;

/// <summary>Text reports attached to studies.</summary>
public sealed class ReportTable
{
    private const string Select =
        "SELECT id AS Id, site AS Site, study_uid AS StudyUid, text AS Text, modality AS Modality, source AS Source, added_at AS AddedAt FROM report ";

    private readonly Database database;

    internal ReportTable(Database database) => this.database = database;

    /// <summary>Adds a report, with <c>report.added</c>.</summary>
    public Task<Report> AddAsync(string site, string studyUid, string text, string? modality, string source, CancellationToken ct) => database.WriteAsync(
        scope =>
        {
            var report = new Report
            {
                Id = Guid.CreateVersion7(scope.Now).ToString("N"),
                Site = site,
                StudyUid = studyUid,
                Text = text,
                Modality = modality,
                Source = source,
                AddedAt = scope.Now,
            };
            scope.Execute(
                "INSERT INTO report (id, site, study_uid, text, modality, source, added_at) VALUES (@Id, @Site, @StudyUid, @Text, @Modality, @Source, @NowMs)",
                new { report.Id, report.Site, report.StudyUid, report.Text, report.Modality, report.Source, scope.NowMs });
            scope.Append(new EventDraft(site, studyUid, EventTypes.ReportAdded, EventData.Of(json =>
            {
                json.WriteString("reportId", report.Id);
                json.WriteString("source", source);
            })));
            return report;
        },
        ct);

    public Report? Get(string id) => database.Read(c => c.Sqlite.QueryFirstOrDefault<Row>(Select + "WHERE id = @id", new { id })?.ToReport());

    /// <summary>Reports of a study, oldest first.</summary>
    public IReadOnlyList<Report> OfStudy(string site, string studyUid) => database.Read(c => c.Sqlite
        .Query<Row>(Select + "WHERE study_uid = @studyUid AND site = @site ORDER BY id", new { site, studyUid }).Select(r => r.ToReport()).ToList());

    private sealed class Row
    {
        public string Id { get; set; } = "";

        public string Site { get; set; } = "";

        public string StudyUid { get; set; } = "";

        public string Text { get; set; } = "";

        public string? Modality { get; set; }

        public string Source { get; set; } = "";

        public long AddedAt { get; set; }

        public Report ToReport() => new()
        {
            Id = Id,
            Site = Site,
            StudyUid = StudyUid,
            Text = Text,
            Modality = Modality,
            Source = Source,
            AddedAt = DateTimeOffset.FromUnixTimeMilliseconds(AddedAt),
        };
    }
}
