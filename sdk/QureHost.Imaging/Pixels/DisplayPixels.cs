namespace QureHost.Imaging;

/// <summary>Grey pixels as a reading screen shows them, 0 to 1 in 32,767 steps.</summary>
internal static class DisplayPixels
{
    public const double Step = 1.0 / short.MaxValue;

    public static (double Slope, double Intercept, string Unit) Write(StoredPixels stored, FrameAttributes attributes, Span<short> samples, VoiWindow? chosen = null)
    {
        var modality = ModalityTransform.Of(attributes, stored.IsSigned);
        var padding = PixelPadding.Of(attributes.Dataset, stored.IsSigned, stored.Bits);
        if (stored.HasPatterns)
        {
            var range = PatternRange.Of(stored, padding, modality.Apply);
            var display = DisplayTransform.Of(attributes, range.Least, range.Most, chosen);
            var table = new short[range.Seen.Length];
            for (var pattern = 0; pattern < table.Length; pattern++)
            {
                table[pattern] = range.Seen[pattern] && stored.ValueOf(pattern) is var value && !padding.Contains(value) ? Sample(display.Apply(modality.Apply(value))) : (short)0;
            }

            var patterns = stored.Patterns;
            for (var i = 0; i < samples.Length; i++)
            {
                samples[i] = table[patterns[i]];
            }
        }
        else
        {
            var (least, most) = (double.MaxValue, double.MinValue);
            foreach (var value in stored.Values)
            {
                if (!padding.Contains(value))
                {
                    (least, most) = (Math.Min(least, modality.Apply(value)), Math.Max(most, modality.Apply(value)));
                }
            }

            var display = DisplayTransform.Of(attributes, most < least ? 0 : least, most < least ? 0 : most, chosen);
            for (var i = 0; i < samples.Length; i++)
            {
                var value = stored.Values[i];
                samples[i] = padding.Contains(value) ? (short)0 : Sample(display.Apply(modality.Apply(value)));
            }
        }

        return (Step, 0, "");
    }

    private static short Sample(double shown) => (short)Math.Round(Math.Clamp(double.IsNaN(shown) ? 0 : shown, 0, 1) * short.MaxValue);
}
