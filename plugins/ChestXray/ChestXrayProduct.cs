using QureHost.Plugins.ChestXray.Films;
using QureHost.Plugins.ChestXray.Quality;
using QureHost.Plugins.ChestXray.Publishing;
using QureHost.Plugins.ChestXray.Reading;
using QureHost.Sdk;
using QureHost.Sdk.Results;
using QureHost.Sdk.Studies;

namespace QureHost.Plugins.ChestXray;

/// <summary>
/// Reads the frontal chest radiographs of a study as they arrive. Each film passes the gate or is refused with a
/// reason; what is read is published at once, and again when a further film says more.
/// </summary>
public sealed class ChestXrayProduct : IProduct
{
    /// <inheritdoc/>
    public async ValueTask RunAsync(IRun run, CancellationToken ct)
    {
        await using var reader = new FilmReader(run);
        var settings = run.Settings<ChestXraySettings>();
        var seen = new HashSet<string>();
        var readings = new List<FilmReading>();
        var films = 0;
        await foreach (var happened in run.Study.WatchAsync(ct))
        {
            if (happened is StudySettled)
            {
                break;
            }

            if (happened is not SliceStored stored || !seen.Add(stored.SopUid)
                || run.Study.Series.FirstOrDefault(s => s.Uid == stored.SeriesUid) is not { } series)
            {
                continue;
            }

            var film = FilmHeader.Of(series, stored.SopUid);
            if (!film.ClaimsToBeFilm)
            {
                continue;
            }

            films++;
            var (verdict, reading) = await reader.ReadAsync(series, film, ct);
            await run.PublishAsync(GateOf(film, verdict, films), ct);
            if (reading is not null)
            {
                readings.Add(reading);
                await PublishAsync(run, reader, readings, settings, ct);
            }
        }

        if (films == 0)
        {
            await run.PublishAsync(NothingToRead(run.Study), ct);
        }
    }

    private static async ValueTask PublishAsync(
        IRun run, FilmReader reader, IReadOnlyList<FilmReading> readings, ChestXraySettings settings, CancellationToken ct)
    {
        Result[] results =
        [
            .. FindingResults.Of(readings, reader.Parameters!, settings),
            .. RatioResults.Of(readings),
        ];

        // What a reader should see first goes first: likely findings, then numbers, then drawings.
        foreach (var result in results.OrderBy(Rank))
        {
            await run.PublishAsync(result, ct);
        }

        await run.PublishAsync(Impression.Of(results), ct);
    }

    private static int Rank(Result result) => result switch
    {
        Finding { Presence: Presence.Present } => 0,
        Mask => 1,
        Finding => 2,
        _ => 3,
    };

    private static Gate GateOf(FilmHeader film, Verdict verdict, int number) =>
        new() { Id = $"gate.{number}", Image = film.Image, Status = verdict.Status, Reasons = verdict.Reasons };

    private static Gate NothingToRead(IStudy study)
    {
        var modalities = string.Join(", ", study.Series.Select(s => s.Modality).Where(m => m.Length > 0).Distinct());
        return new Gate
        {
            Id = "gate",
            Status = GateStatus.Refused,
            Reasons = [$"Wrong modality: the study holds {(modalities.Length > 0 ? modalities : "no images")}; this product reads chest radiographs (CR, DX)."],
        };
    }
}
