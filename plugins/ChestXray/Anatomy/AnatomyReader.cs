using QureHost.Plugins.ChestXray.Films;
using QureHost.Plugins.ChestXray.Reading;
using QureHost.Sdk.Inference;

namespace QureHost.Plugins.ChestXray.Anatomy;

/// <summary>Runs the segmentation model on a film.</summary>
internal static class AnatomyReader
{
    public static async ValueTask<ThoraxMasks> ReadAsync(IModel model, Picture film, CancellationToken ct)
    {
        var size = model.Inputs[0].Shape[^1];
        var small = film.Resized(size, size);
        using var input = await model.RentAsync(model.Inputs[0].Name, [1, 1, size, size], ct);
        small.Values.CopyTo(input.Span<float>());
        using var outputs = new ModelOutputs(model, await model.RunAsync([input], ct));
        var masks = outputs["masks"].Span<float>();
        var plane = size * size;
        return new ThoraxMasks(size, masks[..plane].ToArray(), masks.Slice(plane, plane).ToArray()).Cleaned();
    }
}
