namespace QureHost.Archive;

/// <summary>A series' row while a transaction works on it.</summary>
internal sealed class SeriesRecord
{
    private const string Select =
        "SELECT key, modality, number, description, body_part, laterality, series_date, series_time, pps_date, pps_time, station, manufacturer, "
        + "instance_count, first_instance FROM series WHERE study_key = ? AND uid = ?";

    private const string InsertSql =
        "INSERT INTO series (study_key, uid, modality, number, description, body_part, laterality, series_date, series_time, pps_date, pps_time, station, manufacturer, "
        + "instance_count, run_id, created_at, first_instance, json) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, 0, ?, ?, 0, zeroblob(0)) RETURNING key";

    public required string StudyUid { get; init; }

    public required string Uid { get; init; }

    public required SeriesFacts Facts { get; init; }

    public long Key { get; private set; }

    public int InstanceCount { get; set; }

    public long FirstInstance { get; set; }

    public static SeriesRecord? Load(Connection connection, StudyRecord study, string uid)
    {
        var s = connection.Prepare(Select).Bind(1, study.Key).Bind(2, uid);
        try
        {
            return !s.Step() ? null : new SeriesRecord
            {
                StudyUid = study.Uid,
                Uid = uid,
                Key = s.Int64(0),
                Facts = new SeriesFacts
                {
                    Modality = s.NullableText(1),
                    Number = s.NullableInt32(2),
                    Description = s.NullableText(3),
                    BodyPart = s.NullableText(4),
                    Laterality = s.NullableText(5),
                    Date = s.NullableText(6),
                    Time = s.NullableText(7),
                    PerformedDate = s.NullableText(8),
                    PerformedTime = s.NullableText(9),
                    Station = s.NullableText(10),
                    Manufacturer = s.NullableText(11),
                },
                InstanceCount = s.Int32(12),
                FirstInstance = s.Int64(13),
            };
        }
        finally
        {
            s.Reset();
        }
    }

    public static SeriesRecord Insert(WriteScope scope, StudyRecord study, string uid, SeriesFacts f, string? runId)
    {
        var s = scope.Connection.Prepare(InsertSql)
            .Bind(1, study.Key).Bind(2, uid).Bind(3, f.Modality).Bind(4, f.Number).Bind(5, f.Description).Bind(6, f.BodyPart).Bind(7, f.Laterality)
            .Bind(8, f.Date).Bind(9, f.Time).Bind(10, f.PerformedDate).Bind(11, f.PerformedTime).Bind(12, f.Station).Bind(13, f.Manufacturer)
            .Bind(14, runId).Bind(15, scope.NowMs);
        s.Step();
        var key = s.Int64(0);
        s.Reset();
        return new SeriesRecord { StudyUid = study.Uid, Uid = uid, Facts = f, Key = key };
    }

    public void Update(WriteScope scope) => scope.Connection
        .Prepare("UPDATE series SET instance_count = ?, first_instance = ?, json = ? WHERE key = ?")
        .Bind(1, InstanceCount).Bind(2, FirstInstance).Bind(3, ToJson()).Bind(4, Key).Run();

    /// <summary>The series level's row of PS3.18 table 10.6.3-4.</summary>
    private byte[] ToJson()
    {
        using var row = new RowJson();
        return row
            .Optional("00080021", "DA", Facts.Date)
            .Optional("00080031", "TM", Facts.Time)
            .Text("00080060", "CS", Facts.Modality)
            .Optional("00080070", "LO", Facts.Manufacturer)
            .Optional("00081010", "SH", Facts.Station)
            .Optional("0008103E", "LO", Facts.Description)
            .Url("00081190", $"/studies/{StudyUid}/series/{Uid}")
            .Optional("00180015", "CS", Facts.BodyPart)
            .Text("0020000D", "UI", StudyUid)
            .Text("0020000E", "UI", Uid)
            .Number("00200011", "IS", Facts.Number)
            .Optional("00200060", "CS", Facts.Laterality)
            .Number("00201209", "IS", InstanceCount)
            .Optional("00400244", "DA", Facts.PerformedDate)
            .Optional("00400245", "TM", Facts.PerformedTime)
            .ToBytes();
    }
}
