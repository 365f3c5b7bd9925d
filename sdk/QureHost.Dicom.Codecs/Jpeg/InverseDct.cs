using System.Runtime.Intrinsics;

namespace QureHost.Dicom.Codecs.Jpeg;

/// <summary>The 8 × 8 inverse cosine transform (ITU-T T.81 §A.3.3) as two matrix products of eight-wide vectors.</summary>
internal static class InverseDct
{
    /// <summary>Basis[u][x] = c(u)/2 · cos((2x+1)uπ/16).</summary>
    private static readonly Vector256<float>[] Basis = MakeBasis();

    /// <param name="block">Dequantised coefficients, row by row.</param>
    /// <param name="into">Top left sample in the plane.</param>
    /// <param name="stride">Samples of a plane's row.</param>
    /// <param name="precision">8 or 12 bits.</param>
    public static void Transform(ReadOnlySpan<float> block, Span<ushort> into, int stride, int precision)
    {
        Span<float> rows = stackalloc float[64];

        // Along rows: each row's coefficients weigh the basis functions.
        for (var v = 0; v < 8; v++)
        {
            var sum = Vector256<float>.Zero;
            for (var u = 0; u < 8; u++)
            {
                var coefficient = block[(8 * v) + u];
                if (coefficient != 0)
                {
                    sum += Basis[u] * coefficient;
                }
            }

            sum.CopyTo(rows[(8 * v)..]);
        }

        var middle = Vector256.Create((float)(1 << (precision - 1)));
        var most = Vector256.Create((float)((1 << precision) - 1));
        for (var y = 0; y < 8; y++)
        {
            var sum = middle;
            for (var v = 0; v < 8; v++)
            {
                sum += Vector256.Create<float>(rows.Slice(8 * v, 8)) * Basis[v][y];
            }

            var rounded = Vector256.ConvertToInt32(Vector256.Round(Vector256.Min(Vector256.Max(sum, Vector256<float>.Zero), most)));
            var row = into.Slice(y * stride, 8);
            for (var x = 0; x < 8; x++)
            {
                row[x] = (ushort)rounded[x];
            }
        }
    }

    private static Vector256<float>[] MakeBasis()
    {
        var basis = new Vector256<float>[8];
        Span<float> values = stackalloc float[8];
        for (var u = 0; u < 8; u++)
        {
            for (var x = 0; x < 8; x++)
            {
                values[x] = (float)((u == 0 ? Math.Sqrt(.125) : .5) * Math.Cos(((2 * x) + 1) * u * Math.PI / 16));
            }

            basis[u] = Vector256.Create<float>(values);
        }

        return basis;
    }
}
