using System.Numerics;
using System.Runtime.InteropServices;
using QureHost.Dicom;
using QureHost.Dicom.Codecs;

namespace QureHost.Imaging;

/// <summary>
/// The usual case of <see cref="MeasuredPixels"/>, vector by vector: 16-bit words, rescale slope 1, whole intercept. A CT
/// slice is two passes over its words and nothing else.
/// </summary>
internal static class WholeSteps
{
    /// <summary>False where the case is another or the values leave 16 bits.</summary>
    public static bool TryWrite(DecodedFrame frame, DicomTag pixelTag, FrameAttributes attributes, Span<short> samples, out (double Slope, double Intercept, string Unit) result)
    {
        result = default;
        var format = frame.Format;
        if (format is not { SampleBytes: 2, SamplesPerPixel: 1 } || pixelTag != DicomTags.PixelData || !BitConverter.IsLittleEndian)
        {
            return false;
        }

        var modality = ModalityTransform.Of(attributes, format.IsSigned);
        if (!modality.IsLinear || modality.Slope != 1 || modality.Intercept != Math.Round(modality.Intercept) || Math.Abs(modality.Intercept) > 65535)
        {
            return false;
        }

        // Unsigned words become signed by turning their top bit, which takes 32,768 away and keeps their order.
        var turned = format.IsSigned ? 0 : 32768;
        var bias = (int)modality.Intercept + turned;
        var padding = PixelPadding.Of(attributes.Dataset, format.IsSigned, format.BitsStored);
        var (low, high) = padding.Exists ? ((short)Math.Clamp(padding.Least - turned, short.MinValue, short.MaxValue), (short)Math.Clamp(padding.Most - turned, short.MinValue, short.MaxValue)) : ((short)1, (short)0);
        var words = MemoryMarshal.Cast<byte, short>(frame.Samples.Span)[..samples.Length];
        var (least, most) = Values(words, samples, format, low, high);
        if (least > most)
        {
            (least, most) = ((short)0, (short)0);
        }

        if (least + bias < short.MinValue || most + bias > short.MaxValue)
        {
            return false;
        }

        Shift(samples, (short)bias, low, high, least);
        result = (1, 0, modality.Unit);
        return true;
    }

    /// <summary>Stored bits as signed words, and their range without padding.</summary>
    private static (short Least, short Most) Values(ReadOnlySpan<short> words, Span<short> into, in PixelFormat format, short low, short high)
    {
        var (left, right) = (15 - format.HighBit, 16 - format.BitsStored);
        var top = format.IsSigned ? (short)0 : short.MinValue;
        var (least, most) = (short.MaxValue, short.MinValue);
        var i = 0;
        if (Vector.IsHardwareAccelerated)
        {
            var (leasts, mosts) = (new Vector<short>(least), new Vector<short>(most));
            var (lows, highs, tops) = (new Vector<short>(low), new Vector<short>(high), new Vector<short>(top));
            for (; i <= words.Length - Vector<short>.Count; i += Vector<short>.Count)
            {
                var word = Vector.ShiftLeft(new Vector<short>(words[i..]), left);
                var value = format.IsSigned ? Vector.ShiftRightArithmetic(word, right) : Vector.ShiftRightLogical(word, right) ^ tops;
                var isPadding = Vector.GreaterThanOrEqual(value, lows) & Vector.LessThanOrEqual(value, highs);
                leasts = Vector.Min(leasts, Vector.ConditionalSelect(isPadding, leasts, value));
                mosts = Vector.Max(mosts, Vector.ConditionalSelect(isPadding, mosts, value));
                value.CopyTo(into[i..]);
            }

            for (var lane = 0; lane < Vector<short>.Count; lane++)
            {
                (least, most) = (Math.Min(least, leasts[lane]), Math.Max(most, mosts[lane]));
            }
        }

        for (; i < words.Length; i++)
        {
            var word = (short)(words[i] << left);
            var value = format.IsSigned ? (short)(word >> right) : (short)(((ushort)word >> right) ^ top);
            into[i] = value;
            if (value < low || value > high)
            {
                (least, most) = (Math.Min(least, value), Math.Max(most, value));
            }
        }

        return (least, most);
    }

    private static void Shift(Span<short> samples, short bias, short low, short high, short least)
    {
        var i = 0;
        if (Vector.IsHardwareAccelerated)
        {
            var (lows, highs, leasts, biases) = (new Vector<short>(low), new Vector<short>(high), new Vector<short>(least), new Vector<short>(bias));
            for (; i <= samples.Length - Vector<short>.Count; i += Vector<short>.Count)
            {
                var value = new Vector<short>(samples[i..]);
                var isPadding = Vector.GreaterThanOrEqual(value, lows) & Vector.LessThanOrEqual(value, highs);
                (Vector.ConditionalSelect(isPadding, leasts, value) + biases).CopyTo(samples[i..]);
            }
        }

        for (; i < samples.Length; i++)
        {
            var value = samples[i] >= low && samples[i] <= high ? least : samples[i];
            samples[i] = (short)(value + bias);
        }
    }
}
