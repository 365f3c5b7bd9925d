using QureHost.Plugins.ChestXray.Anatomy;
using QureHost.Plugins.ChestXray.Films;
using QureHost.Plugins.ChestXray.Quality;
using QureHost.Sdk;
using QureHost.Sdk.Inference;
using QureHost.Sdk.Studies;

namespace QureHost.Plugins.ChestXray.Reading;

/// <summary>Reads one film: gate, anatomy, findings. Opens the models when the first film needs them.</summary>
internal sealed class FilmReader(IRun run) : IAsyncDisposable
{
    public const string ClassifierModel = "chest-xray";
    public const string AnatomyModel = "chest-xray-anatomy";

    private readonly List<IModel> _models = [];
    private Classifier? _classifier;
    private AnatomyReader? _anatomy;

    /// <summary>The classifier's card; known once a film was read.</summary>
    public ClassifierParameters? Parameters => _classifier?.Parameters;

    /// <summary>The reading, or only a verdict where the film is refused.</summary>
    public async ValueTask<(Verdict Verdict, FilmReading? Reading)> ReadAsync(ISeries series, FilmHeader film, CancellationToken ct)
    {
        var verdict = HeaderGate.Judge(film);
        if (verdict.IsRefused)
        {
            return (verdict, null);
        }

        Picture picture;
        try
        {
            using var slice = await series.SliceAsync(film.Image.Sop, film.Image.Frame, PixelKind.Display, ct);
            picture = Picture.Of(slice);
            if (slice.IsColor)
            {
                verdict = verdict.And(Verdict.Qualify("The image is stored in colour: a screen capture rather than a film."));
            }
        }
        catch (PixelsUnavailableException e)
        {
            return (verdict.And(Verdict.Refuse($"The pixels cannot be read: {e.Message}")), null);
        }

        verdict = verdict.And(ImageGate.Contrast(picture));
        return verdict.IsRefused ? (verdict, null) : await ReadAsync(film, picture, verdict, ct);
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var model in _models)
        {
            await model.DisposeAsync();
        }
    }

    private async ValueTask<(Verdict Verdict, FilmReading? Reading)> ReadAsync(FilmHeader film, Picture picture, Verdict verdict, CancellationToken ct)
    {
        await run.CheckpointAsync(null, "outlining lungs and heart", ct);
        _anatomy ??= new AnatomyReader(await OpenAsync(AnatomyModel, ct));
        var anatomy = await _anatomy.ReadAsync(picture, ct);
        var lungs = LungFields.Of(anatomy.Masks);
        verdict = verdict.And(ImageGate.Judge(_anatomy.Parameters.Gate, anatomy.Gate, _anatomy.Parameters.Lungs, lungs));
        if (verdict.IsRefused)
        {
            return (verdict, null);
        }

        await run.CheckpointAsync(null, "looking for findings", ct);
        _classifier ??= new Classifier(await OpenAsync(ClassifierModel, ct));
        var field = ChestField.Of(anatomy.Masks);
        var output = await _classifier.ReadAsync(picture, field, ct);
        var ratio = CardiothoracicRatio.Of(anatomy.Masks);
        return (verdict, Interpret(film, verdict, output, field, lungs, ratio, _classifier.Parameters));
    }

    private async ValueTask<IModel> OpenAsync(string name, CancellationToken ct)
    {
        var model = await run.ModelAsync(name, ct);
        _models.Add(model);
        return model;
    }

    private static FilmReading Interpret(
        FilmHeader film, Verdict verdict, ClassifierOutput output, ChestField field, LungFields lungs, CardiothoracicRatio? ratio, ClassifierParameters parameters)
    {
        var standardised = parameters.Ratio.Standardised(ratio?.Value);
        var probabilities = new double[parameters.Findings.Count];
        var evidence = new EvidenceMap[probabilities.Length];
        for (var i = 0; i < probabilities.Length; i++)
        {
            var finding = parameters.Findings[i];
            probabilities[i] = finding.Probability(output.Logits[i], standardised);
            evidence[i] = EvidenceMap.Of(field, output.Maps, output.MapSize, i, finding, standardised);
        }

        return new FilmReading(film, verdict, probabilities, evidence, lungs, ratio);
    }
}
