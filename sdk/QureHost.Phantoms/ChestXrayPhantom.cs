namespace QureHost.Phantoms;

/// <summary>
/// A frontal chest film of ellipses and arcs, [y, x], 12 bit, bone white. It has the proportions of a chest and none of
/// its texture: a product that calls it a patient is wrong.
/// </summary>
public static class ChestXrayPhantom
{
    /// <summary>Findings that can be inserted.</summary>
    public static IReadOnlyList<string> Findings { get; } = ["none", "cardiomegaly", "effusion", "nodule"];

    internal const int Size = 1024;
    internal const double PixelMm = 0.35;

    /// <summary>Pixels and their truth.</summary>
    internal static (ushort[] Pixels, ChestXrayTruth Truth) Render(PhantomOptions options)
    {
        if (!Findings.Contains(options.Finding))
        {
            throw new PhantomException($"A chest X-ray phantom shows one of: {string.Join(", ", Findings)}.");
        }

        var random = new Random(options.Seed);
        double Vary(double value, double by) => value * (1 + (by * ((random.NextDouble() * 2) - 1)));
        var thoraxHalf = Vary(400, .03);
        var heartWidth = options.Finding == "cardiomegaly" ? Vary(1.22, .04) * thoraxHalf : Vary(.86, .05) * thoraxHalf;
        var side = options.Left ? 1 : -1; // the patient's left is on the viewer's right
        var heart = new Ellipse(512 + (.12 * heartWidth), 640, heartWidth / 2, 150);
        var lungs = new[] { new Ellipse(512 - (thoraxHalf * .52), 500, thoraxHalf * .48, 340), new Ellipse(512 + (thoraxHalf * .52), 500, thoraxHalf * .48, 340) };
        var nodule = new Ellipse(512 + (side * thoraxHalf * .55), 380, 28, 28);
        var effusionTop = 720.0;
        var pixels = new ushort[Size * Size];
        for (var y = 0; y < Size; y++)
        {
            for (var x = 0; x < Size; x++)
            {
                pixels[(y * Size) + x] = (ushort)Math.Clamp(Tissue(x, y) + Noise(random), 0, 4095);
            }
        }

        var truth = new ChestXrayTruth(
            options.Finding,
            heartWidth / (2 * thoraxHalf * 1.0),
            heartWidth * PixelMm,
            2 * thoraxHalf * PixelMm,
            options.Finding is "effusion" or "nodule" ? (options.Left ? "left" : "right") : null,
            options.Finding == "nodule" ? [nodule.X, nodule.Y, nodule.A] : null);
        return (pixels, truth);

        double Tissue(double x, double y)
        {
            var body = new Ellipse(512, 620, thoraxHalf * 1.14, 640).Depth(x, y);
            if (body <= 0)
            {
                return 40;
            }

            var value = 900 + (1500 * body);
            var inLung = Math.Max(lungs[0].Depth(x, y), lungs[1].Depth(x, y));
            var fluid = options.Finding == "effusion" && Math.Sign(x - 512) == side && y > effusionTop - (.0009 * Math.Pow(Math.Abs(x - 512) - thoraxHalf, 2));
            if (inLung > 0 && !fluid)
            {
                value -= 1350 * Math.Min(1, inLung * 2.2);
            }

            if (heart.Depth(x, y) is var h and > 0)
            {
                value += 900 * Math.Min(1, h * 3);
            }

            if (options.Finding == "nodule" && nodule.Depth(x, y) is var n and > 0)
            {
                value += 480 * n;
            }

            value += 700 * Math.Exp(-Math.Pow((x - 512) / 42, 2)); // spine and mediastinum
            if (inLung > 0)
            {
                var rib = Math.Cos(((y * .9) + (Math.Abs(x - 512) * .35)) / 92 * 2 * Math.PI);
                value += 190 * Math.Max(0, rib - .55);
            }

            return value;
        }
    }

    private static double Noise(Random random) => 30 * (random.NextDouble() + random.NextDouble() + random.NextDouble() - 1.5);

    private readonly record struct Ellipse(double X, double Y, double A, double B)
    {
        /// <summary>Relative thickness of an ellipsoid along the beam: 1 in the middle, 0 at the edge and outside.</summary>
        public double Depth(double x, double y)
        {
            var r = Math.Pow((x - X) / A, 2) + Math.Pow((y - Y) / B, 2);
            return r >= 1 ? 0 : Math.Sqrt(1 - r);
        }
    }
}

/// <summary>Ground truth of a chest phantom.</summary>
/// <param name="Finding">What was inserted.</param>
/// <param name="CardiothoracicRatio">Heart width over thorax width, both at their widest.</param>
/// <param name="HeartWidthMm">Heart width.</param>
/// <param name="ThoraxWidthMm">Inner thorax width.</param>
/// <param name="Side">Side of the patient, or null.</param>
/// <param name="Nodule">x, y, radius in pixels, or null.</param>
public sealed record ChestXrayTruth(string Finding, double CardiothoracicRatio, double HeartWidthMm, double ThoraxWidthMm, string? Side, IReadOnlyList<double>? Nodule);
