using QureHost.Plugins.ChestXray.Films;
using QureHost.Sdk;
using QureHost.Sdk.Inference;

namespace QureHost.Plugins.ChestXray.Reading;

/// <summary>Runs the classifier on a film and its mirror image, as one batch.</summary>
internal sealed class Classifier
{
    private const int Views = 2;
    private readonly IModel _model;

    public Classifier(IModel model)
    {
        _model = model;
        Parameters = ClassifierParameters.Of(model.Name, model.Parameters);
    }

    public ClassifierParameters Parameters { get; }

    public async ValueTask<ClassifierOutput> ReadAsync(Picture film, CancellationToken ct)
    {
        var size = Parameters.Size;
        var small = film.Resized(size, size);
        using var input = await _model.RentAsync("image", [Views, 1, size, size], ct);
        Fill(input.Span<float>(), small.Values, size);
        using var outputs = new ModelOutputs(_model, await _model.RunAsync([input], ct));
        return Averaged(outputs);
    }

    private static void Fill(Span<float> batch, float[] film, int size)
    {
        film.CopyTo(batch);
        film.CopyTo(batch[film.Length..]);
        for (var y = 0; y < size; y++)
        {
            batch.Slice(film.Length + (y * size), size).Reverse();
        }
    }

    private ClassifierOutput Averaged(ModelOutputs outputs)
    {
        var findings = Parameters.Findings.Count;
        var cam = outputs["cam"];
        var side = cam.Shape[^1];
        if (cam.Shape is not [Views, var channels, _, _] || channels != findings || cam.Shape[2] != side
            || outputs["gate"].Shape[^1] != Parameters.Gate.Classes.Count)
        {
            throw new ModelUnavailableException($"Model '{_model.Name}' {_model.Version}: its outputs do not fit its card.");
        }

        var maps = cam.Span<float>();
        var averaged = new float[findings * side * side];
        for (var row = 0; row < findings * side; row++)
        {
            for (var x = 0; x < side; x++)
            {
                averaged[(row * side) + x] = (maps[(row * side) + x] + maps[averaged.Length + (row * side) + side - 1 - x]) / 2;
            }
        }

        return new ClassifierOutput(
            MeanOfViews(outputs["logits"].Span<float>(), findings),
            averaged,
            side,
            MeanOfViews(outputs["gate"].Span<float>(), Parameters.Gate.Classes.Count));
    }

    private static double[] MeanOfViews(ReadOnlySpan<float> values, int count)
    {
        var mean = new double[count];
        for (var i = 0; i < count; i++)
        {
            mean[i] = ((double)values[i] + values[count + i]) / Views;
        }

        return mean;
    }
}
