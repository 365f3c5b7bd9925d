using QureHost.Plugins.ChestXray.Films;
using QureHost.Plugins.ChestXray.Reading;
using QureHost.Sdk;
using QureHost.Sdk.Inference;

namespace QureHost.Plugins.ChestXray.Anatomy;

/// <summary>What the anatomy model says of a picture.</summary>
/// <param name="Masks">Lung fields and heart, without specks.</param>
/// <param name="Gate">Probabilities of the gate's classes.</param>
internal sealed record FilmAnatomy(ThoraxMasks Masks, double[] Gate);

/// <summary>Runs the anatomy model on a film and its mirror image.</summary>
internal sealed class AnatomyReader
{
    private readonly IModel _model;

    public AnatomyReader(IModel model)
    {
        _model = model;
        Parameters = AnatomyParameters.Of(model.Name, model.Parameters);
    }

    public AnatomyParameters Parameters { get; }

    public async ValueTask<FilmAnatomy> ReadAsync(Picture film, CancellationToken ct)
    {
        var size = _model.Inputs[0].Shape[^1];
        var small = film.Resized(size, size);
        using var input = await _model.RentAsync(_model.Inputs[0].Name, [Mirror.Views, 1, size, size], ct);
        Mirror.Fill(input.Span<float>(), small);
        using var outputs = new ModelOutputs(_model, await _model.RunAsync([input], ct));
        var gate = Mirror.Mean(outputs["gate"].Span<float>());
        var masks = Mirror.Averaged(outputs["masks"].Span<float>(), size);
        if (gate.Length != Parameters.Gate.Classes.Count || masks.Length != 2 * size * size)
        {
            throw new ModelUnavailableException($"Model '{_model.Name}' {_model.Version}: its outputs do not fit its card.");
        }

        return new FilmAnatomy(new ThoraxMasks(size, masks[..(size * size)], masks[(size * size)..]).Cleaned(), gate);
    }
}
