namespace QureHost.Archive;

/// <summary>Takes rows out inside a transaction: tombstones stay, counts follow, files are named for removal.</summary>
internal static class Deletion
{
    /// <summary>Deletes one instance by its UID. Answers the objects that no row names any more.</summary>
    public static IReadOnlyList<string> OfInstance(WriteScope scope, string site, string sopInstanceUid) =>
        OfRows(scope, site, scope.Query<Row>(Select + "WHERE i.site = @site AND i.sop_uid = @sopInstanceUid", new { site, sopInstanceUid }));

    /// <summary>Deletes a study, series or instance.</summary>
    public static IReadOnlyList<string> Of(WriteScope scope, string site, string studyUid, string? seriesUid, string? sopInstanceUid)
    {
        var where = "WHERE st.site = @site AND st.uid = @studyUid";
        if (seriesUid is not null)
            where += " AND s.uid = @seriesUid";
        if (sopInstanceUid is not null)
            where += " AND i.sop_uid = @sopInstanceUid";
        return OfRows(scope, site, scope.Query<Row>(Select + where, new { site, studyUid, seriesUid, sopInstanceUid }));
    }

    private const string Select =
        "SELECT i.key AS Key, i.sop_uid AS Sop, i.object AS Object, s.key AS SeriesKey, s.uid AS Series, st.key AS StudyKey, st.uid AS Study "
        + "FROM study st JOIN series s ON s.study_key = st.key JOIN instance i ON i.series_key = s.key ";

    private static List<string> OfRows(WriteScope scope, string site, List<Row> rows)
    {
        foreach (var row in rows)
        {
            scope.Connection.Prepare("INSERT INTO tombstone (site, study_uid, series_uid, sop_uid, deleted_at) VALUES (?, ?, ?, ?, ?)")
                .Bind(1, site).Bind(2, row.Study).Bind(3, row.Series).Bind(4, row.Sop).Bind(5, scope.NowMs).Run();
            scope.Connection.Prepare("DELETE FROM instance WHERE key = ?").Bind(1, row.Key).Run();
            scope.Connection.Prepare("DELETE FROM instance_json WHERE key = ?").Bind(1, row.Key).Run();
            scope.Connection.Prepare("INSERT OR IGNORE INTO removal (path) VALUES (?)").Bind(1, row.Object).Run();
        }

        foreach (var study in rows.GroupBy(r => (r.StudyKey, r.Study)))
            Recount(scope, site, study.Key.StudyKey, study.Key.Study, study.Select(r => (r.SeriesKey, r.Series)).Distinct());
        return rows.ConvertAll(r => r.Object);
    }

    private static void Recount(WriteScope scope, string site, long studyKey, string studyUid, IEnumerable<(long Key, string Uid)> touched)
    {
        var study = StudyRecord.Load(scope.Connection, site, studyUid)!;
        foreach (var (key, uid) in touched)
        {
            var left = scope.QuerySingle<Left>("SELECT count(*) AS Count, coalesce(min(key), 0) AS First FROM instance WHERE series_key = @key", new { key })!;
            if (left.Count == 0)
            {
                scope.Execute("DELETE FROM series WHERE key = @key", new { key });
                continue;
            }

            var series = SeriesRecord.Load(scope.Connection, study, uid)!;
            series.InstanceCount = left.Count;
            series.FirstInstance = left.First;
            series.Update(scope);
        }

        var sums = scope.QuerySingle<Sums>(
            "SELECT count(*) AS Series, coalesce(sum(instance_count), 0) AS Instances, coalesce(min(first_instance), 0) AS First FROM series WHERE study_key = @studyKey",
            new { studyKey })!;
        if (sums.Series == 0)
        {
            scope.Execute("DELETE FROM study WHERE key = @studyKey", new { studyKey });
            scope.Execute("DELETE FROM study_modality WHERE site = @site AND study_key = @studyKey", new { site, studyKey });
            foreach (var word in Words.Of(study.Facts))
                scope.Execute("DELETE FROM study_word WHERE site = @site AND word = @word AND study_key = @studyKey", new { site, word, studyKey });
            return;
        }

        var modalities = scope.Query<string>("SELECT DISTINCT modality FROM series WHERE study_key = @studyKey AND modality <> ''", new { studyKey });
        foreach (var gone in study.Modalities.Except(modalities).ToList())
        {
            study.Modalities.Remove(gone);
            scope.Execute("DELETE FROM study_modality WHERE site = @site AND modality = @gone AND study_key = @studyKey", new { site, gone, studyKey });
        }

        study.SeriesCount = sums.Series;
        study.InstanceCount = sums.Instances;
        study.FirstInstance = sums.First;
        study.Update(scope);
    }

    private sealed class Row
    {
        public long Key { get; set; }

        public string Sop { get; set; } = "";

        public string Object { get; set; } = "";

        public long SeriesKey { get; set; }

        public string Series { get; set; } = "";

        public long StudyKey { get; set; }

        public string Study { get; set; } = "";
    }

    private sealed class Left
    {
        public int Count { get; set; }

        public long First { get; set; }
    }

    private sealed class Sums
    {
        public int Series { get; set; }

        public int Instances { get; set; }

        public long First { get; set; }
    }
}
