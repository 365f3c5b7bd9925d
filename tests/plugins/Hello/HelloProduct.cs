using QureHost.Sdk;
using QureHost.Sdk.Results;
using QureHost.Sdk.Studies;
using Sample.Greeting;

namespace Hello;

/// <summary>Says how bright each image is, by a model, and calls a bright one a finding.</summary>
public sealed class HelloProduct : IProduct
{
    public async ValueTask RunAsync(IRun run, CancellationToken ct)
    {
        var threshold = run.Settings<HelloSettings>().Threshold;
        await using var model = await run.ModelAsync("brightness", ct);
        var seen = 0;
        await foreach (var change in run.Study.WatchAsync(ct))
        {
            if (change is not SliceStored slice)
            {
                continue;
            }

            await run.CheckpointAsync(null, $"image {++seen}", ct);
            var series = run.Study.Series.First(s => s.Uid == slice.SeriesUid);
            using var image = await series.SliceAsync(slice.SopUid, 0, PixelKind.Display, ct);
            using var input = await model.RentAsync("image", [1, 1, image.Rows, image.Columns], ct);
            Fill(image, input.Span<float>());

            using var mean = (await model.RunAsync([input], ct))[0];
            var brightness = mean.Span<float>()[0];
            await run.PublishAsync(
                new Finding
                {
                    Id = $"bright.{seen}",
                    Name = "cardiomegaly",
                    Presence = brightness >= threshold ? Presence.Present : Presence.Absent,
                    Probability = Math.Clamp(brightness, 0, 1),
                    Threshold = threshold,
                    Detail = Greeter.Version,
                    Images = [new ImageRef(slice.SopUid)],
                },
                ct);
            await run.PublishAsync(new Measurement { Id = $"bright.{seen}.mean", Of = $"bright.{seen}", Name = "brightness", Value = brightness, Unit = "1" }, ct);
        }
    }

    private static void Fill(ISlice image, Span<float> pixels)
    {
        var samples = image.Samples.Span;
        for (var i = 0; i < pixels.Length; i++)
        {
            pixels[i] = (float)((samples[i] * image.Slope) + image.Intercept);
        }
    }
}

public sealed class HelloSettings
{
    public double Threshold { get; set; } = .5;
}
