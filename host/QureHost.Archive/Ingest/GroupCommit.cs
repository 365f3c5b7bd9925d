namespace QureHost.Archive;

/// <summary>A group's part of the writer's transaction: its instances, the counts above them and the events that tell of them.</summary>
internal sealed class GroupCommit(WriteScope scope, ConflictPolicy onConflict, string site, string source, string? runId)
{
    private const string FindInstance = "SELECT key, hash FROM instance WHERE site = ? AND sop_uid = ?";

    private const string InsertInstance =
        "INSERT INTO instance (series_key, site, sop_uid, sop_class, transfer_syntax, number, frames, ranges, object, offset, length, hash, source, run_id, stored_at) "
        + "VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, 0, ?, ?, ?, ?, ?) RETURNING key";

    private readonly Dictionary<string, StudyRecord> studies = [];
    private readonly Dictionary<(string Study, string Series), SeriesRecord> series = [];
    private readonly Dictionary<string, (int Count, List<string> Series)> received = [];
    private readonly List<string> leftOver = [];
    private readonly List<string> replaced = [];
    private readonly List<(IngestSlot Slot, IngestStatus Status, ushort Reason, string? Message)> outcomes = [];

    /// <summary>Objects that were written and that no row names.</summary>
    public IReadOnlyList<string> LeftOver => leftOver;

    /// <summary>Objects of instances that newer ones took the place of; they stand in the table of removals.</summary>
    public IReadOnlyList<string> Replaced => replaced;

    public void Run(IReadOnlyList<IngestSlot> slots)
    {
        foreach (var slot in slots)
            Store(slot, slot.Instance!);
        foreach (var (_, record) in series)
            record.Update(scope);
        foreach (var (uid, news) in received)
        {
            var study = studies[uid];
            if (runId is null)
            {
                study.OutsideAt = scope.NowMs;
                study.Settled = false;
            }

            study.Update(scope);
            scope.Append(new EventDraft(site, uid, EventTypes.StudyReceived, Data(news.Count, news.Series, study.InstanceCount), RunId: runId));
        }
    }

    /// <summary>Gives the slots their outcomes; only after the commit, so that a rollback leaves none.</summary>
    public void Conclude()
    {
        foreach (var (slot, status, reason, message) in outcomes)
            slot.Conclude(status, reason, message);
    }

    private void Store(IngestSlot slot, Instance i)
    {
        if (Known(i.SopInstanceUid) is { } known)
        {
            if (known.Hash.AsSpan().SequenceEqual(i.Hash))
            {
                Leave(slot, IngestStatus.Duplicate);
                return;
            }

            if (onConflict == ConflictPolicy.Refuse)
            {
                Leave(slot, IngestStatus.Refused, FailureReasons.DuplicateSopInstance,
                    "Another dataset is stored under this SOP Instance UID; it stays.");
                return;
            }

            Replace(i.SopInstanceUid);
        }

        var study = Study(i);
        var record = Series(study, i);
        study.AddModality(scope.Connection, i.Series.Modality);
        var key = Insert(slot, i, record.Key);
        record.InstanceCount++;
        study.InstanceCount++;
        if (record.FirstInstance == 0)
            record.FirstInstance = key;
        if (study.FirstInstance == 0)
            study.FirstInstance = key;
        if (!received.TryGetValue(i.StudyUid, out var news))
            news = (0, []);
        if (!news.Series.Contains(i.SeriesUid))
            news.Series.Add(i.SeriesUid);
        received[i.StudyUid] = (news.Count + 1, news.Series);
        outcomes.Add((slot, IngestStatus.Stored, 0, null));
    }

    private void Leave(IngestSlot slot, IngestStatus status, ushort reason = 0, string? message = null)
    {
        leftOver.Add(slot.ObjectPath!);
        outcomes.Add((slot, status, reason, message));
    }

    /// <summary>The older instance goes, with its file, before the newer one comes.</summary>
    private void Replace(string sopInstanceUid)
    {
        // Counts in hand are written first: deletion works on the rows.
        foreach (var (_, record) in series)
            record.Update(scope);
        foreach (var (_, study) in studies)
            study.Update(scope);
        replaced.AddRange(Deletion.OfInstance(scope, site, sopInstanceUid));
        series.Clear();
        studies.Clear();
        // What was received so far is told of whichever rows are left; they are loaded anew.
        foreach (var uid in received.Keys)
        {
            if (StudyRecord.Load(scope.Connection, site, uid) is { } study)
                studies[uid] = study;
        }

        foreach (var gone in received.Keys.Where(uid => !studies.ContainsKey(uid)).ToList())
            received.Remove(gone);
    }

    private (long Key, byte[] Hash)? Known(string sopInstanceUid)
    {
        var s = scope.Connection.Prepare(FindInstance).Bind(1, site).Bind(2, sopInstanceUid);
        try
        {
            return s.Step() ? (s.Int64(0), s.Blob(1).ToArray()) : null;
        }
        finally
        {
            s.Reset();
        }
    }

    private StudyRecord Study(Instance i)
    {
        if (!studies.TryGetValue(i.StudyUid, out var study))
        {
            study = StudyRecord.Load(scope.Connection, site, i.StudyUid) ?? StudyRecord.Insert(scope, site, i.StudyUid, i.Study);
            studies.Add(i.StudyUid, study);
        }

        study.Meet(i.Study);
        return study;
    }

    private SeriesRecord Series(StudyRecord study, Instance i)
    {
        if (series.TryGetValue((i.StudyUid, i.SeriesUid), out var record))
            return record;
        record = SeriesRecord.Load(scope.Connection, study, i.SeriesUid);
        if (record is null)
        {
            record = SeriesRecord.Insert(scope, study, i.SeriesUid, i.Series, runId);
            study.SeriesCount++;
        }

        series.Add((i.StudyUid, i.SeriesUid), record);
        return record;
    }

    private long Insert(IngestSlot slot, Instance i, long seriesKey)
    {
        var s = scope.Connection.Prepare(InsertInstance)
            .Bind(1, seriesKey).Bind(2, site).Bind(3, i.SopInstanceUid).Bind(4, i.SopClassUid).Bind(5, i.TransferSyntaxUid)
            .Bind(6, i.Number).Bind(7, i.Frames).BindNullable(8, i.Ranges).Bind(9, slot.ObjectPath).Bind(10, slot.Length)
            .Bind(11, i.Hash).Bind(12, source).Bind(13, runId).Bind(14, scope.NowMs);
        s.Step();
        var key = s.Int64(0);
        s.Reset();
        scope.Connection.Prepare("INSERT INTO instance_json (key, row, metadata) VALUES (?, ?, ?)")
            .Bind(1, key).Bind(2, i.Row).Bind(3, i.Metadata).Run();
        return key;
    }

    private static string Data(int count, List<string> seriesUids, int total) => EventData.Of(json =>
    {
        json.WriteNumber("instances", count);
        json.WriteStartArray("seriesUids");
        foreach (var uid in seriesUids)
            json.WriteStringValue(uid);
        json.WriteEndArray();
        json.WriteNumber("total", total);
    });
}
