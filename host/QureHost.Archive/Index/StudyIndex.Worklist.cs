using System.Text;

namespace QureHost.Archive;

public sealed partial class StudyIndex
{
    private const string StudyColumns =
        "SELECT st.site, st.uid, st.patient_name, st.patient_id, st.issuer, st.sex, st.birth_date, st.study_date, st.study_time, st.accession, st.description, "
        + "st.study_id, st.referring, st.modalities, st.series_count, st.instance_count, st.received_at, st.updated_at, st.outside_at, st.settled, st.flags FROM study st ";

    public StudyRow? GetStudy(string site, string studyUid) => database.Read(connection =>
        ReadStudies(connection.Prepare(StudyColumns + "WHERE st.site = ? AND st.uid = ?").Bind(1, site).Bind(2, studyUid)).FirstOrDefault());

    /// <summary>The worklist, last received first.</summary>
    public WorklistPage GetWorklist(WorklistQuery query)
    {
        ArgumentNullException.ThrowIfNull(query);
        ArgumentOutOfRangeException.ThrowIfNegative(query.Offset);
        var limit = Math.Clamp(query.Limit, 0, MostRows);
        if (query.Sites.Count == 0 || limit == 0)
            return new WorklistPage([], false);
        var sql = new StringBuilder(StudyColumns);
        var values = new List<string>();
        // One site walks its own index backwards; several walk the table itself, newest first.
        sql.Append(query.Sites.Count == 1 ? "WHERE st.site IN (" : "WHERE +st.site IN (").AppendJoin(',', query.Sites.Select(_ => "?")).Append(')');
        values.AddRange(query.Sites);
        foreach (var word in SearchWords(query.Search))
        {
            sql.Append(" AND st.key IN (SELECT w.study_key FROM study_word w WHERE w.site IN (").AppendJoin(',', query.Sites.Select(_ => "?")).Append(") AND w.word >= ? AND w.word < ?)");
            values.AddRange(query.Sites);
            values.Add(word);
            values.Add(Words.After(word));
        }

        if (!string.IsNullOrEmpty(query.Modality))
        {
            sql.Append(" AND EXISTS (SELECT 1 FROM study_modality m WHERE m.site = st.site AND m.modality = ? AND m.study_key = st.key)");
            values.Add(query.Modality);
        }

        sql.Append(" ORDER BY st.key DESC LIMIT ? OFFSET ?");
        var rows = database.Read(connection =>
        {
            var s = connection.Prepare(sql.ToString());
            for (var i = 0; i < values.Count; i++)
                s.Bind(i + 1, values[i]);
            return ReadStudies(s.Bind(values.Count + 1, (long)limit + 1).Bind(values.Count + 2, query.Offset));
        });
        return rows.Count > limit ? new WorklistPage(rows[..limit], true) : new WorklistPage(rows, false);
    }

    /// <summary>Earlier studies of the same patient: same site, issuer and Patient ID (never Patient ID alone), newest first.</summary>
    public IReadOnlyList<StudyRow> GetPriors(string site, string studyUid, int limit) => database.Read(connection => ReadStudies(connection.Prepare(
        StudyColumns + "JOIN study me ON me.site = ? AND me.uid = ? "
        + "WHERE st.site = me.site AND st.patient_id = me.patient_id AND st.issuer IS me.issuer AND me.patient_id <> '' AND st.key <> me.key "
        + "AND coalesce(st.study_date, '') <= coalesce(me.study_date, '') ORDER BY st.study_date DESC, st.study_time DESC, st.key DESC LIMIT ?")
        .Bind(1, site).Bind(2, studyUid).Bind(3, limit)));

    /// <summary>Studies that are not settled: what assembly has to wait for after a start.</summary>
    public IReadOnlyList<StudyRow> GetUnsettled() => database.Read(connection =>
        ReadStudies(connection.Prepare(StudyColumns + "WHERE st.settled = 0 ORDER BY st.key")));

    /// <summary>Words of a search; what has a digit is looked up as one word, as identifiers are.</summary>
    private static IEnumerable<string> SearchWords(string? search)
    {
        foreach (var part in (search ?? "").Split((char[])[' ', '^', ',', '*'], StringSplitOptions.RemoveEmptyEntries))
        {
            if (part.Any(char.IsAsciiDigit))
            {
                yield return Words.Fold(part);
                continue;
            }

            foreach (var word in Words.Split(part))
                yield return word;
        }
    }

    private static List<StudyRow> ReadStudies(Statement s)
    {
        var rows = new List<StudyRow>();
        while (s.Step())
        {
            rows.Add(new StudyRow
            {
                Site = s.Text(0),
                StudyUid = s.Text(1),
                PatientName = s.NullableText(2),
                PatientId = s.NullableText(3),
                IssuerOfPatientId = s.NullableText(4),
                Sex = s.NullableText(5),
                BirthDate = s.NullableText(6),
                StudyDate = s.NullableText(7),
                StudyTime = s.NullableText(8),
                AccessionNumber = s.NullableText(9),
                Description = s.NullableText(10),
                StudyId = s.NullableText(11),
                ReferringPhysician = s.NullableText(12),
                Modalities = Lists.Split(s.Text(13)),
                SeriesCount = s.Int32(14),
                InstanceCount = s.Int32(15),
                ReceivedAt = DateTimeOffset.FromUnixTimeMilliseconds(s.Int64(16)),
                UpdatedAt = DateTimeOffset.FromUnixTimeMilliseconds(s.Int64(17)),
                LastOutsideAt = DateTimeOffset.FromUnixTimeMilliseconds(s.Int64(18)),
                Settled = s.Int32(19) != 0,
                Flags = (s.Int32(20) & StudyRecord.PatientMismatch) != 0 ? ["patient-mismatch"] : [],
            });
        }

        s.Reset();
        return rows;
    }
}
