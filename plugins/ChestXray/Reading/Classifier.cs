using QureHost.Plugins.ChestXray.Films;
using QureHost.Sdk;
using QureHost.Sdk.Inference;

namespace QureHost.Plugins.ChestXray.Reading;

/// <summary>Runs the classifier on a film and its mirror image, as one batch.</summary>
internal sealed class Classifier
{
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
        using var input = await _model.RentAsync("image", [Mirror.Views, 1, size, size], ct);
        Mirror.Fill(input.Span<float>(), small);
        using var outputs = new ModelOutputs(_model, await _model.RunAsync([input], ct));
        return Averaged(outputs);
    }

    private ClassifierOutput Averaged(ModelOutputs outputs)
    {
        var findings = Parameters.Findings.Count;
        var cam = outputs["cam"];
        var side = cam.Shape[^1];
        if (cam.Shape is not [Mirror.Views, var channels, var rows, _] || channels != findings || rows != side)
        {
            throw new ModelUnavailableException($"Model '{_model.Name}' {_model.Version}: its outputs do not fit its card.");
        }

        return new ClassifierOutput(Mirror.Mean(outputs["logits"].Span<float>()), Mirror.Averaged(cam.Span<float>(), side), side);
    }
}
