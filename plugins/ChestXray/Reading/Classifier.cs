using QureHost.Plugins.ChestXray.Anatomy;
using QureHost.Plugins.ChestXray.Films;
using QureHost.Sdk;
using QureHost.Sdk.Inference;

namespace QureHost.Plugins.ChestXray.Reading;

/// <summary>Runs the classifier on a film, on its chest field and on the mirror images of both, as one batch.</summary>
internal sealed class Classifier
{
    private const int Views = 2 * Mirror.Views;
    private readonly IModel _model;

    public Classifier(IModel model)
    {
        _model = model;
        Parameters = ClassifierParameters.Of(model.Name, model.Parameters);
    }

    public ClassifierParameters Parameters { get; }

    public async ValueTask<ClassifierOutput> ReadAsync(Picture film, ChestField field, CancellationToken ct)
    {
        var size = Parameters.Size;
        using var input = await _model.RentAsync("image", [Views, 1, size, size], ct);
        Fill(input.Span<float>(), film, field, size);
        using var outputs = new ModelOutputs(_model, await _model.RunAsync([input], ct));
        return Averaged(outputs);
    }

    private static void Fill(Span<float> batch, Picture film, ChestField field, int size)
    {
        Mirror.Fill(batch[..(batch.Length / 2)], film.Resized(size, size));
        Mirror.Fill(batch[(batch.Length / 2)..], field.Of(film).Resized(size, size));
    }

    /// <summary>Logits of all views; maps of the chest field alone, where they are finer.</summary>
    private ClassifierOutput Averaged(ModelOutputs outputs)
    {
        var findings = Parameters.Findings.Count;
        var logits = outputs["logits"].Span<float>();
        var cam = outputs["cam"];
        var side = cam.Shape[^1];
        if (logits.Length != Views * findings || cam.Shape is not [Views, var channels, var rows, _] || channels != findings || rows != side)
        {
            throw new ModelUnavailableException($"Model '{_model.Name}' {_model.Version}: its outputs do not fit its card.");
        }

        var maps = cam.Span<float>();
        double[] film = Mirror.Mean(logits[..(logits.Length / 2)]), field = Mirror.Mean(logits[(logits.Length / 2)..]);
        return new ClassifierOutput([.. film.Zip(field, (a, b) => (a + b) / 2)], Mirror.Averaged(maps[(maps.Length / 2)..], side), side);
    }
}
