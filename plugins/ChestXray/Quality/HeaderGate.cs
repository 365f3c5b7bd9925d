using System.Globalization;
using System.Text.RegularExpressions;
using QureHost.Plugins.ChestXray.Films;

namespace QureHost.Plugins.ChestXray.Quality;

/// <summary>What the attributes alone rule out or put a reservation on.</summary>
internal static partial class HeaderGate
{
    /// <summary>The training films of this age and younger were too few to speak for.</summary>
    public const double ChildYears = 16;

    private const int SmallestSide = 128;
    private const int CoarseSide = 256;

    public static Verdict Judge(FilmHeader film)
    {
        if (!film.ClaimsToBeFilm)
        {
            return Verdict.Refuse($"Wrong modality: {(film.Modality.Length > 0 ? film.Modality : "none given")}; this product reads chest radiographs (CR, DX).");
        }

        if (film.BodyPart is { } part && !FilmHeader.MeansChest(part) && !RibCage().IsMatch(part))
        {
            return Verdict.Refuse($"Not a chest X-ray: the image says Body Part Examined {part}.");
        }

        if (ViewRefused(film) is { } view)
        {
            return Verdict.Refuse(view);
        }

        if (film.Frames > 1)
        {
            return Verdict.Refuse($"A film of {film.Frames} frames: this product reads single radiographs.");
        }

        var side = Math.Min(film.Rows, film.Columns);
        if (side is > 0 and < SmallestSide)
        {
            return Verdict.Refuse($"Too small to read: {film.Columns} x {film.Rows} pixels, at least {SmallestSide} are needed on each side.");
        }

        return Reservations(film, side);
    }

    private static Verdict Reservations(FilmHeader film, int side)
    {
        var verdict = Verdict.Ok;
        if (film.Synthetic)
        {
            verdict = verdict.And(Verdict.Qualify("Synthetic image: made by a program or of a phantom, not of a patient."));
        }

        if (side is > 0 and < CoarseSide)
        {
            verdict = verdict.And(Verdict.Qualify($"Low resolution ({film.Columns} x {film.Rows} pixels): small findings cannot be seen."));
        }

        if (film.AgeYears is { } age && age < ChildYears)
        {
            verdict = verdict.And(Verdict.Qualify(string.Create(CultureInfo.InvariantCulture, $"Patient of {Math.Floor(age)} years: hardly any children were among the training films.")));
        }

        return verdict;
    }

    private static string? ViewRefused(FilmHeader film)
    {
        if (film.View is { } view)
        {
            // Decubitus first: its code meanings say "lateral decubitus". PS3.3 §C.8.1.2.1 and CID 4010.
            if (Decubitus().IsMatch(view))
            {
                return $"Decubitus view ({view}): this product reads upright or supine frontal films.";
            }

            if (Oblique().IsMatch(view))
            {
                return $"Oblique view ({view}): this product reads frontal films.";
            }

            return Lateral().IsMatch(view) ? $"Lateral view ({view}): this product reads frontal films." : null;
        }

        return film.SeriesDescription is { } text && Lateral().IsMatch(text) && !Frontal().IsMatch(text)
            ? $"Lateral view (series '{text}'): this product reads frontal films."
            : null;
    }

    [GeneratedRegex(@"\bRIBS?\b|STERNUM|\bTHX\b|\bCXR\b", RegexOptions.IgnoreCase)]
    private static partial Regex RibCage();

    [GeneratedRegex(@"^(LL|RL|LLAT|RLAT|LLO?AT)$|\bLAT(ERAL)?\b|\bL[- ]?LAT\b", RegexOptions.IgnoreCase)]
    private static partial Regex Lateral();

    [GeneratedRegex(@"^(LLD|RLD)$|DECUB", RegexOptions.IgnoreCase)]
    private static partial Regex Decubitus();

    [GeneratedRegex(@"^(LLO|RLO|LAO|RAO|LPO|RPO)$|OBLIQ", RegexOptions.IgnoreCase)]
    private static partial Regex Oblique();

    [GeneratedRegex(@"\b(PA|AP|FRONTAL)\b", RegexOptions.IgnoreCase)]
    private static partial Regex Frontal();
}
