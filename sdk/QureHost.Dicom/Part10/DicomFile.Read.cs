namespace QureHost.Dicom;

public sealed partial class DicomFile
{
    private const int FirstRead = 32 * 1024;

    /// <summary>
    /// Reads from a stream that can seek, from its current position on; offsets count from there. Values above
    /// <see cref="DicomReadOptions.KeepBelow"/> are skipped, not read.
    /// </summary>
    /// <exception cref="DicomFormatException">The bytes are no DICOM file, cut off or damaged.</exception>
    public static async ValueTask<DicomFile> ReadAsync(Stream stream, DicomReadOptions? options = null, CancellationToken ct = default)
    {
        ArgumentNullException.ThrowIfNull(stream);
        options ??= DicomReadOptions.Default;
        var source = new Windows(stream);
        await source.FillAsync(0, (int)Math.Min(FirstRead, source.Length), ct).ConfigureAwait(false);
        var meta = new DicomDataset(CharacterSet.Default, 16);
        var offset = FileHead.FirstElement(source.From(0));
        if (FileHead.IsMeta(source.From(offset)))
        {
            var parser = MetaParser(meta, source.From(offset), offset, source.Length, options);
            await source.RunAsync(parser, ct).ConfigureAwait(false);
            offset = parser.Position;
        }

        await source.FillAsync(offset, (int)Math.Min(FileHead.Glance, source.Length - offset), ct).ConfigureAwait(false);
        var syntax = FileHead.Encoding(meta.GetString(DicomTags.TransferSyntaxUID), source.From(offset), offset, out var isExplicit);
        if (syntax.IsDeflated)
        {
            stream.Position = source.Origin + offset + Inflater.HeaderLength(source.From(offset));
            var inflated = await Task.Run(() => Inflater.Inflate(stream, options.MaxInflated), ct).ConfigureAwait(false);
            return FromInflated(meta, syntax, offset, inflated, options);
        }

        var dataset = NewDataset(options);
        var body = new DatasetParser(dataset, offset, source.Length, isExplicit, syntax.IsBigEndian, options);
        await source.RunAsync(body, ct).ConfigureAwait(false);
        return new DicomFile(meta, dataset, syntax, isExplicit, offset, null, PixelLayout.Of(dataset, body.Pixels));
    }

    /// <summary>
    /// The part of the stream that is in memory. Values keep slices of it, so that every window is a new array; its
    /// size is bounded by what the stream really holds.
    /// </summary>
    private sealed class Windows(Stream stream)
    {
        private Memory<byte> _window;
        private long _start;

        public long Origin { get; } = stream.Position;

        public long Length { get; } = stream.Length - stream.Position;

        public ReadOnlySpan<byte> From(long offset) => _window.Span[(int)(offset - _start)..];

        public async ValueTask RunAsync(DatasetParser parser, CancellationToken ct)
        {
            while (parser.Run(_window, _start) == ParseStep.NeedBytes)
            {
                await FillAsync(parser.Position, parser.Needed, ct).ConfigureAwait(false);
            }
        }

        /// <summary>Makes at least <paramref name="count"/> bytes from <paramref name="from"/> on available.</summary>
        public async ValueTask FillAsync(long from, int count, CancellationToken ct)
        {
            if (from >= _start && from + count <= _start + _window.Length)
            {
                return;
            }

            var size = (int)Math.Min(Math.Max(count, FirstRead), Length - from);
            var next = new byte[size];
            var have = 0;
            if (from >= _start && from < _start + _window.Length)
            {
                var rest = _window[(int)(from - _start)..];
                rest.CopyTo(next);
                have = rest.Length;
            }

            stream.Position = Origin + from + have;
            var read = await stream.ReadAtLeastAsync(next.AsMemory(have), size - have, throwOnEndOfStream: false, ct).ConfigureAwait(false);
            if (have + read < count)
            {
                throw new DicomFormatException("The stream ended before its length", from + have + read);
            }

            _window = next.AsMemory(0, have + read);
            _start = from;
        }
    }
}
