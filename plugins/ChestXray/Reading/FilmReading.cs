using QureHost.Plugins.ChestXray.Anatomy;
using QureHost.Plugins.ChestXray.Films;
using QureHost.Plugins.ChestXray.Quality;

namespace QureHost.Plugins.ChestXray.Reading;

/// <summary>All that was read from one accepted film.</summary>
internal sealed record FilmReading(
    FilmHeader Film,
    Verdict Verdict,
    IReadOnlyList<double> Probabilities,
    IReadOnlyList<EvidenceMap> Evidence,
    LungFields Lungs,
    CardiothoracicRatio? Ratio);
