using QureHost.Sdk;
using QureHost.Sdk.Results;
using QureHost.Sdk.Studies;

namespace SamplePlugin;

/// <summary>Reads each film as it arrives, compares the lower outer zones of both sides, and says which is brighter.</summary>
public sealed class Product : IProduct
{
    private const double Top = .72, Bottom = .80, RightFrom = .15, LeftFrom = .65, Width = .20;   // of the film

    public async ValueTask RunAsync(IRun run, CancellationToken ct)
    {
        var threshold = run.Settings<Settings>().Threshold;
        var films = 0;
        await foreach (var stored in run.Study.WatchAsync(ct).OfType<SliceStored>())
        {
            await run.CheckpointAsync(null, $"film {++films}", ct);
            var series = run.Study.Series.First(s => s.Uid == stored.SeriesUid);
            using var film = await series.SliceAsync(stored.SopUid, 0, PixelKind.Display, ct);
            var (right, left) = (Mean(film, RightFrom), Mean(film, LeftFrom));   // the patient's right is on the viewer's left
            var isPresent = Math.Abs(right - left) >= threshold;
            var finding = new Finding
            {
                Id = $"effusion.{films}",
                Name = "pleural_effusion",
                Presence = isPresent ? Presence.Present : Presence.Absent,
                Laterality = !isPresent ? null : right > left ? Laterality.Right : Laterality.Left,
                Detail = $"lower zones: right {right:0.00}, left {left:0.00}",
                Images = [new ImageRef(stored.SopUid)],
            };
            await run.PublishAsync(finding, ct);
            if (isPresent)
            {
                var from = right > left ? RightFrom : LeftFrom;
                double[] box = [film.Columns * from, film.Rows * Top, film.Columns * (from + Width), film.Rows * Bottom];
                await run.PublishAsync(new Shape { Id = $"{finding.Id}.box", Of = finding.Id, Form = ShapeForm.Box, Image = finding.Images[0], Points = box }, ct);
            }
        }
    }

    private static double Mean(ISlice film, double from)
    {
        double sum = 0;
        var (x, width, top, bottom) = ((int)(film.Columns * from), (int)(film.Columns * Width), (int)(film.Rows * Top), (int)(film.Rows * Bottom));
        for (var y = top; y < bottom; y++)
        {
            foreach (var sample in film.Samples.Span.Slice((y * film.Columns) + x, width))
            {
                sum += (sample * film.Slope) + film.Intercept;
            }
        }

        return sum / ((bottom - top) * width);
    }

    private sealed class Settings
    {
        public double Threshold { get; set; } = .10;
    }
}
