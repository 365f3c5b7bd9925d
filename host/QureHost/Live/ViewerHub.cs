using System.Globalization;
using System.Runtime.CompilerServices;
using System.Text.Json;
using MessagePack;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.SignalR;
using QureHost.Access;
using QureHost.Archive;

namespace QureHost.Live;

/// <summary>Every step, live: events in order from the log, then as they are committed.</summary>
[Authorize(AccessSetup.ReaderPolicy)]
public sealed class ViewerHub(ArchiveStore archive) : Hub
{
    /// <summary>
    /// Streams the events of a study, or of all studies of the caller's sites, after a sequence number: first from the
    /// log, then live, in order and without a gap. A client that was cut off asks again with the last number it saw.
    /// </summary>
    public async IAsyncEnumerable<LiveEvent> Watch(WatchRequest request, [EnumeratorCancellation] CancellationToken ct)
    {
        var user = Context.User ?? throw new HubException("Not logged in.");
        var sites = request.Site is { } site ? [site] : archive.SitesOf(user).Select(s => s.Id).ToArray();
        if (!sites.All(user.MaySee))
        {
            throw new HubException("This site is not yours to see.");
        }

        if (request.Study is { } study)
        {
            foreach (var of in sites.Where(s => archive.Index.GetStudy(s, study) is not null))
            {
                await archive.Audit.RecordAsync(new AuditEntry(user.NameOf(), of, study, "watch"), ct);
            }
        }

        var filter = new EventFilter { Sites = sites, StudyUid = request.Study };
        await foreach (var e in archive.Events.FollowAsync(Math.Max(0, request.After), filter, ct))
        {
            yield return LiveEvent.From(e);
        }
    }
}

/// <summary>What to watch. Both protocols spell the members in camelCase.</summary>
[MessagePackObject]
public sealed record WatchRequest
{
    /// <summary>Study Instance UID, or null for the worklist.</summary>
    [Key("study")]
    public string? Study { get; init; }

    /// <summary>The last sequence number seen; 0 for all.</summary>
    [Key("after")]
    public long After { get; init; }

    /// <summary>One site, or null for all that the caller may see.</summary>
    [Key("site")]
    public string? Site { get; init; }
}

/// <summary>An event as clients see it; <paramref name="At"/> is ISO 8601 in UTC.</summary>
[MessagePackObject]
public sealed record LiveEvent(
    [property: Key("seq")] long Seq,
    [property: Key("at")] string At,
    [property: Key("site")] string Site,
    [property: Key("study")] string? Study,
    [property: Key("type")] string Type,
    [property: Key("product")] string? Product,
    [property: Key("runId")] string? RunId,
    [property: Key("attempt")] int Attempt,
    [property: Key("data")] object? Data)
{
    internal static LiveEvent From(StoredEvent e)
    {
        using var data = JsonDocument.Parse(e.Data);
        return new LiveEvent(e.Seq, e.At.UtcDateTime.ToString("O", CultureInfo.InvariantCulture), e.Site, e.StudyUid, e.Type, e.Product, e.RunId, e.Attempt, PlainValue.Of(data.RootElement));
    }
}

/// <summary>JSON as plain dictionaries, lists and values, which both hub protocols can write.</summary>
internal static class PlainValue
{
    public static object? Of(JsonElement e) => e.ValueKind switch
    {
        JsonValueKind.Object => e.EnumerateObject().ToDictionary(p => p.Name, p => Of(p.Value)),
        JsonValueKind.Array => e.EnumerateArray().Select(Of).ToArray(),
        JsonValueKind.String => e.GetString(),
        JsonValueKind.Number => e.TryGetInt64(out var whole) ? whole : e.GetDouble(),
        JsonValueKind.True => true,
        JsonValueKind.False => false,
        _ => null,
    };
}
