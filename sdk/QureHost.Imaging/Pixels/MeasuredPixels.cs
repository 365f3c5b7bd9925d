namespace QureHost.Imaging;

/// <summary>Grey pixels after the modality transform, packed into 16 bits with a slope and an intercept.</summary>
internal static class MeasuredPixels
{
    public static (double Slope, double Intercept, string Unit) Write(StoredPixels stored, FrameAttributes attributes, Span<short> samples)
    {
        var modality = ModalityTransform.Of(attributes, stored.IsSigned);
        var padding = PixelPadding.Of(attributes.Dataset, stored.IsSigned, stored.Bits);
        return stored.HasPatterns ? FromPatterns(stored, modality, padding, samples) : FromValues(stored, modality, padding, samples);
    }

    private static (double Slope, double Intercept, string Unit) FromPatterns(StoredPixels stored, ModalityTransform modality, PixelPadding padding, Span<short> samples)
    {
        var range = PatternRange.Of(stored, padding, modality.Apply);
        var values = new double[1 << stored.Bits];
        var whole = true;
        for (var pattern = 0; pattern < values.Length; pattern++)
        {
            var value = stored.ValueOf(pattern);

            // Padding is no tissue: it takes the lowest value of the image, which for CT is air.
            values[pattern] = padding.Contains(value) ? range.Least : modality.Apply(value);
            whole &= !range.Seen[pattern] || values[pattern] == Math.Round(values[pattern]);
        }

        var (slope, intercept) = Packing(range.Least, range.Most, whole, modality.IsLinear ? Math.Abs(modality.Slope) : 0);
        var table = new short[values.Length];
        for (var pattern = 0; pattern < table.Length; pattern++)
        {
            table[pattern] = (short)Math.Clamp(Math.Round((values[pattern] - intercept) / slope), short.MinValue, short.MaxValue);
        }

        var patterns = stored.Patterns;
        for (var i = 0; i < samples.Length; i++)
        {
            samples[i] = table[patterns[i]];
        }

        return (slope, intercept, modality.Unit);
    }

    private static (double Slope, double Intercept, string Unit) FromValues(StoredPixels stored, ModalityTransform modality, PixelPadding padding, Span<short> samples)
    {
        var (least, most) = (double.MaxValue, double.MinValue);
        var whole = true;
        foreach (var value in stored.Values)
        {
            if (!padding.Contains(value))
            {
                var measured = modality.Apply(value);
                (least, most) = (Math.Min(least, measured), Math.Max(most, measured));
                whole &= measured == Math.Round(measured);
            }
        }

        if (most < least)
        {
            (least, most) = (0, 0);
        }

        var (slope, intercept) = Packing(least, most, whole, modality.IsLinear && !stored.IsReal ? Math.Abs(modality.Slope) : 0);
        for (var i = 0; i < samples.Length; i++)
        {
            var value = stored.Values[i];
            var measured = padding.Contains(value) ? least : modality.Apply(value);
            samples[i] = (short)Math.Clamp(Math.Round((measured - intercept) / slope), short.MinValue, short.MaxValue);
        }

        return (slope, intercept, modality.Unit);
    }

    /// <summary>
    /// Whole values that fit into 16 bits keep slope 1 and intercept 0; otherwise steps of the rescale slope, shifted;
    /// otherwise the range in 65,535 steps.
    /// </summary>
    private static (double Slope, double Intercept) Packing(double least, double most, bool whole, double step)
    {
        if (whole && least >= short.MinValue && most <= short.MaxValue)
        {
            return (1, 0);
        }

        if (whole && most - least <= ushort.MaxValue)
        {
            return (1, least + 32768);
        }

        if (step > 0 && (most - least) / step <= ushort.MaxValue)
        {
            return (step, Math.Abs(most) <= short.MaxValue * step && Math.Abs(least) <= short.MaxValue * step && IsMultiple(least, step) ? 0 : least + (32768 * step));
        }

        return most > least ? ((most - least) / ushort.MaxValue, least + (32768 * (most - least) / ushort.MaxValue)) : (1, least);
    }

    private static bool IsMultiple(double value, double step) => Math.Abs((value / step) - Math.Round(value / step)) < 1e-9;
}
