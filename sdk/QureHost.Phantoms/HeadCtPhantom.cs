namespace QureHost.Phantoms;

/// <summary>
/// A head of ellipsoids in LPS mm (origin at the middle of the head), sampled voxel by voxel: scalp, skull, CSF, brain,
/// ventricles, falx, globes with lenses, and one bleed. Volumes of the truth are counted on a 1 mm grid of the same shapes.
/// </summary>
public static class HeadCtPhantom
{
    /// <summary>Findings that can be inserted.</summary>
    public static IReadOnlyList<string> Findings { get; } =
        ["none", "intraparenchymal_haemorrhage", "intraventricular_haemorrhage", "subdural_haemorrhage", "extradural_haemorrhage", "subarachnoid_haemorrhage", "infarct", "calvarial_fracture"];

    internal const int Size = 512;
    internal const double PixelMm = 0.46;
    internal const double BottomMm = -62;
    internal const double TopMm = 84;

    internal static double SliceMm(PhantomOptions options) => (TopMm - BottomMm) / Math.Max(1, options.Slices - 1);

    internal static HeadModel Model(PhantomOptions options)
    {
        if (!Findings.Contains(options.Finding))
        {
            throw new PhantomException($"A head CT phantom shows one of: {string.Join(", ", Findings)}.");
        }

        if (options.Slices is < 2 or > 1000 || Math.Abs(options.ShiftMm) > 20 || Math.Abs(options.GazeDegrees) > 45 || options.BleedMl is < 0.5 or > 120 || Math.Abs(options.TiltDegrees) > 30)
        {
            throw new PhantomException("A head CT phantom takes 2 to 1000 slices, a shift of up to 20 mm, a gaze angle of up to 45 degrees, a bleed of 0.5 to 120 ml and a tilt of up to 30 degrees.");
        }

        return new HeadModel(options);
    }

    /// <summary>Counts the truth on a 1 mm grid.</summary>
    internal static HeadCtTruth Measure(HeadModel model, PhantomOptions options)
    {
        var counts = new int[Enum.GetValues<HeadLabel>().Length];
        for (var z = -95.0; z <= 95; z++)
        {
            for (var y = -115.0; y <= 115; y++)
            {
                for (var x = -95.0; x <= 95; x++)
                {
                    counts[(int)model.LabelAt(x, y, z)]++;
                }
            }
        }

        double Ml(params HeadLabel[] labels) => Math.Round(labels.Sum(l => counts[(int)l]) / 1000.0, 2);
        return new HeadCtTruth(
            options.Finding,
            options.Finding == "none" ? null : (options.Left ? "left" : "right"),
            Ml(HeadLabel.Bleed),
            options.ShiftMm,
            options.GazeDegrees,
            Ml(HeadLabel.LeftLateralVentricle),
            Ml(HeadLabel.RightLateralVentricle),
            Ml(HeadLabel.ThirdVentricle),
            Ml(HeadLabel.FourthVentricle),
            Ml(HeadLabel.Csf, HeadLabel.Brain, HeadLabel.Falx, HeadLabel.LeftLateralVentricle, HeadLabel.RightLateralVentricle, HeadLabel.ThirdVentricle, HeadLabel.FourthVentricle, HeadLabel.Bleed, HeadLabel.Infarct),
            options.TiltDegrees);
    }
}

/// <summary>Ground truth of a head phantom; volumes in ml, shift in mm and angle in degrees positive to the patient's left.</summary>
public sealed record HeadCtTruth(
    string Finding,
    string? Side,
    double BleedMl,
    double ShiftMm,
    double GazeDegrees,
    double LeftLateralVentricleMl,
    double RightLateralVentricleMl,
    double ThirdVentricleMl,
    double FourthVentricleMl,
    double CranialVaultMl,
    double TiltDegrees);
