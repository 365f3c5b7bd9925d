using QureHost.Plugins.ChestXray.Anatomy;
using QureHost.Plugins.ChestXray.Films;

namespace QureHost.Plugins.ChestXray.Quality;

/// <summary>What the pixels say: the anatomy model's gate, and whether two lung fields lie where they should.</summary>
internal static class ImageGate
{
    /// <summary>A picture with less contrast than one grey level of 256 shows nothing.</summary>
    private const double NoContrast = 1.0 / 256;

    public static Verdict Contrast(Picture film) =>
        film.Deviation() < NoContrast ? Verdict.Refuse("The image is blank: all pixels are nearly alike.") : Verdict.Ok;

    public static Verdict Judge(GateParameters gate, IReadOnlyList<double> probabilities, LungLimits limits, LungFields lungs)
    {
        var frontal = ProbabilityOf(gate, probabilities, GateParameters.Frontal);
        var plausible = limits.Hold(lungs);
        if (frontal >= gate.Accept && plausible)
        {
            return Verdict.Ok;
        }

        // A lung that is opaque or collapsed hides its outline: where the picture itself leaves no doubt, read it with a reservation.
        if (frontal >= gate.Certain)
        {
            return Verdict.Qualify("The lung fields could not be outlined as usual: unusual anatomy, an opaque lung or a cropped film.");
        }

        if (frontal >= gate.Doubt && plausible)
        {
            return Verdict.Qualify("An unusual film: exposure, position or field of view differ from the films that the model knows.");
        }

        return Verdict.Refuse(Reason(gate, probabilities));
    }

    private static string Reason(GateParameters gate, IReadOnlyList<double> probabilities)
    {
        var most = Enumerable.Range(0, gate.Classes.Count).Where(i => gate.Classes[i] != GateParameters.Frontal).MaxBy(i => probabilities[i]);
        return probabilities[most] < gate.Doubt
            ? "No two lung fields can be made out: not a frontal chest X-ray, or one that cannot be read."
            : gate.Classes[most] switch
            {
                "inverted" => "The grey scale is inverted (bone is dark) although the image's attributes say otherwise.",
                "turned" => "The film is turned on its side or upside down.",
                "lateral" => "The image looks like a lateral view; this product reads frontal films.",
                _ => "The image does not look like a chest X-ray.",
            };
    }

    private static double ProbabilityOf(GateParameters gate, IReadOnlyList<double> probabilities, string name)
    {
        for (var i = 0; i < gate.Classes.Count; i++)
        {
            if (gate.Classes[i] == name)
            {
                return probabilities[i];
            }
        }

        return 0;
    }
}
