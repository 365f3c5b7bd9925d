namespace QureHost.Dicom;

/// <summary>A Part 10 file that was read (PS3.10): file meta information, dataset, and where its pixels are.</summary>
public sealed partial class DicomFile
{
    private DicomFile(DicomDataset meta, DicomDataset dataset, TransferSyntax syntax, bool isExplicitVr, long datasetOffset, ReadOnlyMemory<byte>? inflated, PixelLayout? pixels)
    {
        Meta = meta;
        Dataset = dataset;
        TransferSyntax = syntax;
        IsExplicitVr = isExplicitVr;
        DatasetOffset = datasetOffset;
        Inflated = inflated;
        Pixels = pixels;
    }

    /// <summary>Group 0002; empty where the file has none.</summary>
    public DicomDataset Meta { get; }

    public DicomDataset Dataset { get; }

    /// <summary>As the file meta information names it; guessed where it is missing.</summary>
    public TransferSyntax TransferSyntax { get; }

    /// <summary>The VR encoding that was found, which some files do not name rightly.</summary>
    public bool IsExplicitVr { get; }

    /// <summary>First byte of the dataset in the file.</summary>
    public long DatasetOffset { get; }

    /// <summary>For a deflated file the inflated dataset: offsets of bulk values and frames count in it, from its start.</summary>
    public ReadOnlyMemory<byte>? Inflated { get; }

    /// <summary>Pixel Data, Float Pixel Data or Double Float Pixel Data of the top level, or null.</summary>
    public PixelLayout? Pixels { get; }

    /// <summary>Reads a file in memory; values are slices of it.</summary>
    /// <exception cref="DicomFormatException">The bytes are no DICOM file, cut off or damaged.</exception>
    public static DicomFile Parse(ReadOnlyMemory<byte> file, DicomReadOptions? options = null)
    {
        options ??= DicomReadOptions.Default;
        var meta = new DicomDataset(CharacterSet.Default, 16);
        var offset = FileHead.FirstElement(file.Span[..Math.Min(FileHead.Glance, file.Length)]);
        if (FileHead.IsMeta(file.Span[(int)offset..]))
        {
            var parser = MetaParser(meta, file.Span[(int)offset..], offset, file.Length, options);
            Finish(parser.Run(file, 0));
            offset = parser.Position;
        }

        var first = file.Span[(int)offset..];
        var syntax = FileHead.Encoding(meta.GetString(DicomTags.TransferSyntaxUID), first, offset, out var isExplicit);
        if (syntax.IsDeflated)
        {
            var data = file[((int)offset + Inflater.HeaderLength(first))..];
            return FromInflated(meta, syntax, offset, Inflater.Inflate(new ReadOnlyMemoryStream(data), options.MaxInflated), options);
        }

        var dataset = NewDataset(options);
        var body = new DatasetParser(dataset, offset, file.Length, isExplicit, syntax.IsBigEndian, options);
        Finish(body.Run(file, 0));
        return new DicomFile(meta, dataset, syntax, isExplicit, offset, null, PixelLayout.Of(dataset, body.Pixels));
    }

    /// <summary>Reads a dataset without file meta information: a DIMSE message's, or a query's.</summary>
    /// <exception cref="DicomFormatException">The bytes are no dataset in this transfer syntax.</exception>
    public static DicomDataset ParseDataset(ReadOnlyMemory<byte> dataset, TransferSyntax syntax, DicomReadOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(syntax);
        options ??= DicomReadOptions.KeepAll;
        var bytes = syntax.IsDeflated
            ? Inflater.Inflate(new ReadOnlyMemoryStream(dataset[Inflater.HeaderLength(dataset.Span)..]), options.MaxInflated) : dataset;
        var root = NewDataset(options);
        Finish(new DatasetParser(root, 0, bytes.Length, syntax.IsExplicitVr, syntax.IsBigEndian, options).Run(bytes, 0));
        return root;
    }

    private static DicomDataset NewDataset(DicomReadOptions options) =>
        new(options.DefaultCharset is { } term ? CharacterSet.Get(term) : CharacterSet.Default, 64);

    /// <summary>Group 0002 is explicit VR little endian; its group length is often wrong and never needed.</summary>
    private static DatasetParser MetaParser(DicomDataset meta, ReadOnlySpan<byte> first, long offset, long end, DicomReadOptions options) =>
        new(meta, offset, end, EncodingGuess.LooksExplicit(first), false, options with { KeepBelow = 1024 * 1024, StopBefore = null }, onlyGroup: 2);

    private static DicomFile FromInflated(DicomDataset meta, TransferSyntax syntax, long offset, ReadOnlyMemory<byte> inflated, DicomReadOptions options)
    {
        var dataset = NewDataset(options);
        var parser = new DatasetParser(dataset, 0, inflated.Length, true, false, options);
        Finish(parser.Run(inflated, 0));
        return new DicomFile(meta, dataset, syntax, true, offset, inflated, PixelLayout.Of(dataset, parser.Pixels));
    }

    private static void Finish(ParseStep step)
    {
        if (step != ParseStep.Done)
        {
            throw new DicomFormatException("The file ends inside its dataset");
        }
    }
}
