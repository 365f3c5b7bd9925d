using System.Buffers;

namespace QureHost.Archive;

/// <summary>Studies, series and instances of all sites: searches, metadata and where the bytes are.</summary>
public sealed partial class StudyIndex
{
    private const string FromAll = "FROM study st JOIN series s ON s.study_key = st.key JOIN instance i ON i.series_key = s.key ";
    private const string JoinJson = "JOIN instance_json j ON j.key = i.key ";
    private const string InOrder = " ORDER BY s.number, s.key, i.number, i.key";

    private const string InstanceColumns =
        "SELECT st.site, st.uid, s.uid, i.sop_uid, i.sop_class, i.transfer_syntax, i.number, i.object, i.offset, i.length, i.frames, i.ranges, i.run_id, i.hash, i.stored_at";

    private readonly Database database;
    private readonly ObjectStore objects;

    internal StudyIndex(Database database, ObjectStore objects)
    {
        this.database = database;
        this.objects = objects;
    }

    /// <summary>Writes the metadata of a study, series or instance as a DICOM JSON array, straight from the index's pages.</summary>
    /// <returns>Instances written; 0 where there is nothing (then <c>[]</c> was written).</returns>
    public int WriteMetadata(string site, string studyUid, string? seriesUid, string? sopInstanceUid, string baseUrl, IBufferWriter<byte> output)
    {
        ArgumentNullException.ThrowIfNull(output);
        var root = EncodeBase(baseUrl);
        return database.Read(connection =>
        {
            var s = Bind(connection, "SELECT j.metadata " + FromAll + JoinJson, site, studyUid, seriesUid, sopInstanceUid);
            var count = 0;
            Put(output, (byte)'[');
            while (s.Step())
            {
                if (count++ > 0)
                    Put(output, (byte)',');
                JsonTemplate.Write(s.Blob(0), root, output);
            }

            s.Reset();
            Put(output, (byte)']');
            return count;
        });
    }

    /// <summary>Instances of a study, series or one instance, in order of series and instance number.</summary>
    public IReadOnlyList<InstanceRow> GetInstances(string site, string studyUid, string? seriesUid = null, string? sopInstanceUid = null, bool withMetadata = false) =>
        database.Read(connection =>
        {
            var s = Bind(connection, InstanceColumns + (withMetadata ? ", j.metadata " : " ") + FromAll + (withMetadata ? JoinJson : ""), site, studyUid, seriesUid, sopInstanceUid);
            return ReadInstances(s, withMetadata);
        });

    /// <summary>One instance by its place, with its metadata; null where there is none.</summary>
    public InstanceRow? GetInstance(string site, string studyUid, string seriesUid, string sopInstanceUid) =>
        FindInstance(site, sopInstanceUid) is { } found && found.StudyUid == studyUid && found.SeriesUid == seriesUid ? found : null;

    /// <summary>One instance by its SOP Instance UID alone, with its metadata.</summary>
    public InstanceRow? FindInstance(string site, string sopInstanceUid) => database.Read(connection =>
    {
        var s = connection.Prepare(
            InstanceColumns + ", j.metadata FROM instance i JOIN series s ON s.key = i.series_key JOIN study st ON st.key = s.study_key "
            + JoinJson + "WHERE i.site = ? AND i.sop_uid = ?");
        return ReadInstances(s.Bind(1, site).Bind(2, sopInstanceUid), withMetadata: true).FirstOrDefault();
    });

    public IReadOnlyList<SeriesRow> GetSeries(string site, string studyUid) => database.Read(connection =>
    {
        var s = connection.Prepare(
            "SELECT st.uid, s.uid, s.modality, s.number, s.description, s.body_part, s.instance_count, s.run_id "
            + "FROM study st JOIN series s ON s.study_key = st.key WHERE st.site = ? AND st.uid = ? ORDER BY s.number, s.key").Bind(1, site).Bind(2, studyUid);
        var rows = new List<SeriesRow>();
        while (s.Step())
        {
            rows.Add(new SeriesRow
            {
                StudyUid = s.Text(0),
                SeriesUid = s.Text(1),
                Modality = s.NullableText(2),
                Number = s.NullableInt32(3),
                Description = s.NullableText(4),
                BodyPart = s.NullableText(5),
                InstanceCount = s.Int32(6),
                RunId = s.NullableText(7),
            });
        }

        s.Reset();
        return rows;
    });

    /// <summary>Marks a study as settled with its event; false where it is settled already or not there.</summary>
    /// <param name="site">The study's site.</param>
    /// <param name="studyUid">The study.</param>
    /// <param name="reason"><c>quiet</c> or <c>signal</c>.</param>
    /// <param name="unchangedSince">Only if no instance came after this (<see cref="StudyRow.LastOutsideAt"/>).</param>
    /// <param name="ct">Cancels the wait, not the change.</param>
    public Task<bool> SettleAsync(string site, string studyUid, string reason, DateTimeOffset? unchangedSince, CancellationToken ct) => database.WriteAsync(
        scope =>
        {
            var instances = scope.QuerySingle<int?>(
                "UPDATE study SET settled = 1 WHERE site = @site AND uid = @studyUid AND settled = 0 AND outside_at <= @since RETURNING instance_count",
                new { site, studyUid, since = unchangedSince?.ToUnixTimeMilliseconds() ?? long.MaxValue });
            if (instances is not { } count)
                return false;
            scope.Append(new EventDraft(site, studyUid, EventTypes.StudySettled, EventData.Of(json =>
            {
                json.WriteNumber("instances", count);
                json.WriteString("reason", reason);
            })));
            return true;
        },
        ct);

    /// <summary>Deletes a study, series or instance with its files; leaves tombstones and an event. Returns how many instances went.</summary>
    public async Task<int> DeleteAsync(string site, string studyUid, string? seriesUid, string? sopInstanceUid, CancellationToken ct)
    {
        var gone = await database.WriteAsync(
            scope =>
            {
                var paths = Deletion.Of(scope, site, studyUid, seriesUid, sopInstanceUid);
                if (paths.Count > 0)
                {
                    scope.Append(new EventDraft(site, studyUid, EventTypes.StudyDeleted, EventData.Of(json =>
                    {
                        json.WriteNumber("instances", paths.Count);
                        json.WriteString("seriesUid", seriesUid);
                        json.WriteString("sopInstanceUid", sopInstanceUid);
                    })));
                    if (StudyRecord.Load(scope.Connection, site, studyUid) is null)
                        Forget(scope, site, studyUid);
                }

                return paths;
            },
            ct).ConfigureAwait(false);
        await objects.RemoveAsync(gone).ConfigureAwait(false);
        return gone.Count;
    }

    /// <summary>With its last instance goes what was said about a study; its events and tombstones stay.</summary>
    private static void Forget(WriteScope scope, string site, string studyUid)
    {
        JobTable.CancelOpen(scope, site, studyUid, "The study was deleted.");
        foreach (var table in new[] { "result", "report", "decision", "alert" })
            scope.Execute($"DELETE FROM {table} WHERE study_uid = @studyUid AND site = @site", new { site, studyUid });
    }

    private static Statement Bind(Connection connection, string select, string site, string studyUid, string? seriesUid, string? sopInstanceUid)
    {
        var s = connection.Prepare(
            select + "WHERE st.site = ? AND st.uid = ?" + (seriesUid is null ? "" : " AND s.uid = ?") + (sopInstanceUid is null ? "" : " AND i.site = st.site AND i.sop_uid = ?") + InOrder)
            .Bind(1, site).Bind(2, studyUid);
        var at = 3;
        if (seriesUid is not null)
            s.Bind(at++, seriesUid);
        if (sopInstanceUid is not null)
            s.Bind(at, sopInstanceUid);
        return s;
    }

    private static List<InstanceRow> ReadInstances(Statement s, bool withMetadata)
    {
        var rows = new List<InstanceRow>();
        while (s.Step())
        {
            rows.Add(new InstanceRow
            {
                Site = s.Text(0),
                StudyUid = s.Text(1),
                SeriesUid = s.Text(2),
                SopInstanceUid = s.Text(3),
                SopClassUid = s.Text(4),
                TransferSyntaxUid = s.Text(5),
                Number = s.NullableInt32(6),
                ObjectPath = s.Text(7),
                Offset = s.Int64(8),
                Length = s.Int64(9),
                NumberOfFrames = s.Int32(10),
                EncodedFrames = s.IsNull(11) ? null : s.Blob(11).ToArray(),
                RunId = s.NullableText(12),
                DatasetHash = s.Blob(13).ToArray(),
                StoredAt = DateTimeOffset.FromUnixTimeMilliseconds(s.Int64(14)),
                MetadataJson = withMetadata ? s.Blob(15).ToArray() : default,
            });
        }

        s.Reset();
        return rows;
    }
}
