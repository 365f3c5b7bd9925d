namespace QureHost.Imaging;

/// <summary>Which patterns occur in a frame, and the range of their values without padding.</summary>
internal readonly record struct PatternRange(bool[] Seen, double Least, double Most)
{
    public static PatternRange Of(StoredPixels stored, PixelPadding padding, Func<double, double> measure)
    {
        var seen = new bool[1 << stored.Bits];
        foreach (var pattern in stored.Patterns)
        {
            seen[pattern] = true;
        }

        var (least, most) = (double.MaxValue, double.MinValue);
        for (var pattern = 0; pattern < seen.Length; pattern++)
        {
            if (seen[pattern] && stored.ValueOf(pattern) is var value && !padding.Contains(value))
            {
                var measured = measure(value);
                (least, most) = (Math.Min(least, measured), Math.Max(most, measured));
            }
        }

        return most >= least ? new PatternRange(seen, least, most) : new PatternRange(seen, 0, 0);
    }
}
