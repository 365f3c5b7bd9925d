using QureHost.Dicom;

namespace QureHost.Archive;

/// <summary>A study's row while a transaction works on it: facts, counts and the JSON made of them.</summary>
internal sealed class StudyRecord
{
    public const int PatientMismatch = 1;

    private const string Columns =
        "patient_id, issuer, patient_name, sex, birth_date, study_date, study_time, accession, study_id, description, "
        + "referring, modalities, series_count, instance_count, flags, settled, updated_at, outside_at, first_instance, json";

    private static readonly string InsertSql =
        $"INSERT INTO study (site, uid, received_at, {Columns}) VALUES (?, ?, ?{string.Concat(Enumerable.Repeat(", ?", 20))}) RETURNING key";

    private static readonly string UpdateSql =
        $"UPDATE study SET {string.Join(", ", Columns.Split(", ").Select(c => c + " = ?"))} WHERE key = ?";

    private static readonly string SelectSql = $"SELECT key, {Columns} FROM study WHERE site = ? AND uid = ?";

    private bool factsChanged;

    public required string Site { get; init; }

    public required string Uid { get; init; }

    public long Key { get; private set; }

    public required StudyFacts Facts { get; set; }

    public List<string> Modalities { get; } = [];

    public int SeriesCount { get; set; }

    public int InstanceCount { get; set; }

    public int Flags { get; set; }

    public bool Settled { get; set; }

    public long UpdatedAt { get; set; }

    public long OutsideAt { get; set; }

    public long FirstInstance { get; set; }

    public static StudyRecord? Load(Connection connection, string site, string uid)
    {
        var s = connection.Prepare(SelectSql).Bind(1, site).Bind(2, uid);
        try
        {
            if (!s.Step())
                return null;
            var study = new StudyRecord
            {
                Site = site,
                Uid = uid,
                Key = s.Int64(0),
                Facts = new StudyFacts
                {
                    PatientId = s.NullableText(1),
                    Issuer = s.NullableText(2),
                    PatientName = s.NullableText(3),
                    Sex = s.NullableText(4),
                    BirthDate = s.NullableText(5),
                    Date = s.NullableText(6),
                    Time = s.NullableText(7),
                    Accession = s.NullableText(8),
                    StudyId = s.NullableText(9),
                    Description = s.NullableText(10),
                    Referring = s.NullableText(11),
                },
                SeriesCount = s.Int32(13),
                InstanceCount = s.Int32(14),
                Flags = s.Int32(15),
                Settled = s.Int32(16) != 0,
                UpdatedAt = s.Int64(17),
                OutsideAt = s.Int64(18),
                FirstInstance = s.Int64(19),
            };
            study.Modalities.AddRange(Lists.Split(s.Text(12)));
            return study;
        }
        finally
        {
            s.Reset();
        }
    }

    public static StudyRecord Insert(WriteScope scope, string site, string uid, StudyFacts facts)
    {
        var study = new StudyRecord { Site = site, Uid = uid, Facts = facts, UpdatedAt = scope.NowMs, OutsideAt = scope.NowMs };
        var s = scope.Connection.Prepare(InsertSql).Bind(1, site).Bind(2, uid).Bind(3, scope.NowMs);
        study.BindColumns(s, 4, []);
        s.Step();
        study.Key = s.Int64(0);
        s.Reset();
        study.AddWords(scope.Connection);
        return study;
    }

    /// <summary>Takes in what a further instance tells: fills what is open, flags another patient.</summary>
    public void Meet(StudyFacts other)
    {
        // Kept and flagged, never refused: refusing loses images.
        if (Differs(Facts.PatientId, other.PatientId, static v => v.Trim()) || Differs(Facts.PatientName, other.PatientName, PersonNames.Fold))
            Flags |= PatientMismatch;
        var filled = Facts.FilledFrom(other);
        factsChanged |= filled != Facts;
        Facts = filled;
    }

    public void AddModality(Connection connection, string? modality)
    {
        if (string.IsNullOrEmpty(modality) || Modalities.Contains(modality))
            return;
        Modalities.Add(modality);
        connection.Prepare("INSERT OR IGNORE INTO study_modality (site, modality, study_key) VALUES (?, ?, ?)").Bind(1, Site).Bind(2, modality).Bind(3, Key).Run();
    }

    public void Update(WriteScope scope)
    {
        UpdatedAt = scope.NowMs;
        var s = scope.Connection.Prepare(UpdateSql);
        BindColumns(s, 1, ToJson());
        s.Bind(21, Key).Run();
        if (factsChanged)
            AddWords(scope.Connection);
    }

    private void BindColumns(Statement s, int at, byte[] json)
    {
        var f = Facts;
        s.Bind(at++, f.PatientId).Bind(at++, f.Issuer).Bind(at++, f.PatientName).Bind(at++, f.Sex).Bind(at++, f.BirthDate)
            .Bind(at++, f.Date).Bind(at++, f.Time).Bind(at++, f.Accession).Bind(at++, f.StudyId).Bind(at++, f.Description)
            .Bind(at++, f.Referring).Bind(at++, Lists.Join(Modalities)).Bind(at++, SeriesCount).Bind(at++, InstanceCount)
            .Bind(at++, Flags).Bind(at++, Settled ? 1 : 0).Bind(at++, UpdatedAt).Bind(at++, OutsideAt).Bind(at++, FirstInstance).Bind(at, json);
    }

    private void AddWords(Connection connection)
    {
        foreach (var word in Words.Of(Facts))
            connection.Prepare("INSERT OR IGNORE INTO study_word (site, word, study_key) VALUES (?, ?, ?)").Bind(1, Site).Bind(2, word).Bind(3, Key).Run();
    }

    /// <summary>The study level's row of PS3.18 table 10.6.3-3, with the description that every list shows.</summary>
    private byte[] ToJson()
    {
        using var row = new RowJson();
        return row
            .Text("00080020", "DA", Facts.Date)
            .Text("00080030", "TM", Facts.Time)
            .Text("00080050", "SH", Facts.Accession)
            .Text("00080056", "CS", "ONLINE")
            .Texts("00080061", "CS", Modalities)
            .Name("00080090", Facts.Referring)
            .Optional("00081030", "LO", Facts.Description)
            .Url("00081190", $"/studies/{Uid}")
            .Name("00100010", Facts.PatientName)
            .Text("00100020", "LO", Facts.PatientId)
            .Optional("00100021", "LO", Facts.Issuer)
            .Text("00100030", "DA", Facts.BirthDate)
            .Text("00100040", "CS", Facts.Sex)
            .Text("0020000D", "UI", Uid)
            .Text("00200010", "SH", Facts.StudyId)
            .Number("00201206", "IS", SeriesCount)
            .Number("00201208", "IS", InstanceCount)
            .ToBytes();
    }

    private static bool Differs(string? a, string? b, Func<string, string> normal) =>
        !string.IsNullOrEmpty(a) && !string.IsNullOrEmpty(b) && a != b && normal(a) != normal(b);
}
