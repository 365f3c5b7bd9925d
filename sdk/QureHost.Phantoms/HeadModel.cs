namespace QureHost.Phantoms;

internal enum HeadLabel
{
    Air,
    Scalp,
    Skull,
    Csf,
    Brain,
    Falx,
    LeftLateralVentricle,
    RightLateralVentricle,
    ThirdVentricle,
    FourthVentricle,
    Bleed,
    Infarct,
    Globe,
    Lens,
    OrbitFat,
}

/// <summary>The analytic head: which tissue is at a point, and its HU.</summary>
internal sealed class HeadModel
{
    private readonly PhantomOptions _options;
    private readonly double _scale;
    private readonly double _ventricle;
    private readonly double _bleedRadius;
    private readonly double _side;
    private readonly (double X, double Y, double Z)[] _globes;
    private readonly (double X, double Y, double Z) _gaze;

    public HeadModel(PhantomOptions options)
    {
        var random = new Random(options.Seed);
        _options = options;
        _scale = 1 + (.04 * ((random.NextDouble() * 2) - 1));
        _ventricle = 1 + (.15 * ((random.NextDouble() * 2) - 1));
        _side = options.Left ? 1 : -1;
        _bleedRadius = Math.Cbrt(options.BleedMl * 1000 * 3 / (4 * Math.PI));
        _globes = [(32, -78, -38), (-32, -78, -38)];
        var angle = options.GazeDegrees * Math.PI / 180;
        _gaze = (Math.Sin(angle), -Math.Cos(angle), 0);
    }

    public HeadLabel LabelAt(double x, double y, double z)
    {
        for (var eye = 0; eye < _globes.Length && y < -50; eye++)
        {
            var globe = _globes[eye];
            double dx = x - globe.X, dy = y - globe.Y, dz = z - globe.Z;
            var r = (dx * dx) + (dy * dy) + (dz * dz);
            if (r < 22 * 22)
            {
                var along = (dx * _gaze.X) + (dy * _gaze.Y);
                var across = (dx * -_gaze.Y) + (dy * _gaze.X);
                if (Ellipsoid(across / 4.6, (along - 8.2) / 2.1, dz / 4.6))
                {
                    return HeadLabel.Lens;
                }

                if (r < 12 * 12)
                {
                    return HeadLabel.Globe;
                }

                if (r < 17 * 17 && y < -66)
                {
                    return HeadLabel.OrbitFat;
                }
            }
        }

        double a = 68 * _scale, b = 86 * _scale, c = 76 * _scale; // inner table
        var radius = Math.Sqrt(Sq(x / a) + Sq(y / b) + Sq(z / c));
        if (radius > 1.16)
        {
            return HeadLabel.Air;
        }

        if (radius > 1.085)
        {
            return HeadLabel.Scalp;
        }

        if (radius > 1)
        {
            return _options.Finding == "calvarial_fracture" && x * _side > 0 && Math.Abs(y - 8 - (z * .2)) < .9 && z > 10 ? HeadLabel.Scalp : HeadLabel.Skull;
        }

        if (Inside(x, y, z, radius) is { } inner)
        {
            return inner;
        }

        return radius > .965 ? HeadLabel.Csf : HeadLabel.Brain;
    }

    public double HuAt(double x, double y, double z) => LabelAt(x, y, z) switch
    {
        HeadLabel.Air => -1000,
        HeadLabel.Scalp => 25,
        HeadLabel.Skull => 1050,
        HeadLabel.Csf => 8,
        HeadLabel.Falx => 48,
        HeadLabel.LeftLateralVentricle or HeadLabel.RightLateralVentricle or HeadLabel.ThirdVentricle or HeadLabel.FourthVentricle => 6,
        HeadLabel.Bleed => 66,
        HeadLabel.Infarct => 19,
        HeadLabel.Globe => 10,
        HeadLabel.Lens => 85,
        HeadLabel.OrbitFat => -85,
        _ => 31 + (6 * Math.Sin(x * .21) * Math.Sin(y * .17) * Math.Cos(z * .19)), // grey and white in turn
    };

    private HeadLabel? Inside(double x, double y, double z, double radius)
    {
        var shift = _options.ShiftMm * Math.Exp(-Sq((z - 12) / 42) - Sq(y / 55));
        var m = x - shift;
        var left = Lateral(m, y, z, 1);
        var right = Lateral(m, y, z, -1);
        if (IsBleed(x, y, z, radius, left || right))
        {
            return _options.Finding == "infarct" ? HeadLabel.Infarct : HeadLabel.Bleed;
        }

        if (left)
        {
            return HeadLabel.LeftLateralVentricle;
        }

        if (right)
        {
            return HeadLabel.RightLateralVentricle;
        }

        if (Ellipsoid(m / (2.6 * _ventricle), (y - 2) / 13, (z + 2) / 9))
        {
            return HeadLabel.ThirdVentricle;
        }

        if (Ellipsoid(x / 7, (y - 34) / 6, (z + 34) / 8))
        {
            return HeadLabel.FourthVentricle;
        }

        return Math.Abs(m) < 1 && z > 8 && (y < -22 || y > 30 || z > 38) ? HeadLabel.Falx : null;
    }

    private bool IsBleed(double x, double y, double z, double radius, bool ventricle)
    {
        var s = x * _side;
        return _options.Finding switch
        {
            "intraparenchymal_haemorrhage" => Ellipsoid((s - 34) / _bleedRadius, (y - 4) / _bleedRadius, (z - 14) / _bleedRadius),
            "infarct" => s > 22 && radius < .965 && Ellipsoid((s - 44) / (_bleedRadius * 1.3), (y + 8) / (_bleedRadius * 1.3), (z - 16) / (_bleedRadius * .8)),
            "intraventricular_haemorrhage" => ventricle && s > 0 && y > 6,
            "subdural_haemorrhage" => s > 6 && z > -20 && radius > .995 - (_options.BleedMl / 1480) && radius < .995,
            "extradural_haemorrhage" => Lens(s, y, z, radius),
            "subarachnoid_haemorrhage" => Cisterns(x, y, z) || (s > 20 && radius is > .955 and < .99 && Math.Sin(y * .35) > .5 && z is > -15 and < 35),
            _ => false,
        };
    }

    private bool Lens(double s, double y, double z, double radius) =>
        radius < 1 && s > 0 && Ellipsoid((s - (66 * _scale)) / (_bleedRadius * .75), (y - 10) / (_bleedRadius * 1.3), (z - 18) / (_bleedRadius * 1.3));

    private static bool Cisterns(double x, double y, double z) =>
        Math.Abs(z + 16) < 7 && Math.Sqrt(Sq(x) + Sq(y + 6)) is > 13 and < 19;

    /// <summary>Frontal horn and body, and the posterior horn, of one lateral ventricle.</summary>
    private bool Lateral(double m, double y, double z, int side)
    {
        var s = m * side;
        return s > 1 && (Ellipsoid((s - 9) / (7.5 * _ventricle), (y + 6) / (33 * _ventricle), (z - 16) / (9 * _ventricle))
            || Ellipsoid((s - 22) / (7 * _ventricle), (y - 30) / (17 * _ventricle), (z - 8) / (11 * _ventricle)));
    }

    private static bool Ellipsoid(double x, double y, double z) => (x * x) + (y * y) + (z * z) < 1;

    private static double Sq(double v) => v * v;
}
