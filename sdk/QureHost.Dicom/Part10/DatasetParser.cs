using System.Buffers.Binary;

namespace QureHost.Dicom;

/// <summary>What the parser wants next.</summary>
internal enum ParseStep
{
    /// <summary>The dataset is complete.</summary>
    Done,

    /// <summary>Bytes from <see cref="DatasetParser.Position"/> on, at least <see cref="DatasetParser.Needed"/>.</summary>
    NeedBytes,
}

/// <summary>
/// Reads a dataset from windows of its bytes: the same code reads a file in memory and a stream. Nesting lives on a heap
/// stack, values are slices of the window, and a declared length never sizes an allocation. State is only changed when a
/// whole element header (and value, if kept) is in the window, so a step can always be taken again with more bytes.
/// </summary>
internal sealed partial class DatasetParser
{
    private const uint Undefined = 0xFFFFFFFF;
    private const uint Item = 0xFFFEE000;
    private const uint ItemDelimiter = 0xFFFEE00D;
    private const uint SequenceDelimiter = 0xFFFEE0DD;

    private readonly DicomReadOptions _options;
    private readonly bool _explicit;
    private readonly bool _bigEndian;
    private readonly long _end;
    private readonly ushort _onlyGroup;
    private readonly Stack<Level> _outer = new();
    private Level _level;
    private int _elements;
    private ReadOnlyMemory<byte> _window;
    private long _windowStart;

    /// <param name="root">Receives the elements.</param>
    /// <param name="start">Where the dataset starts.</param>
    /// <param name="end">Where the source ends.</param>
    /// <param name="explicitVr">VRs are in the stream.</param>
    /// <param name="bigEndian">Numbers are big endian.</param>
    /// <param name="options">Limits.</param>
    /// <param name="onlyGroup">Not 0: the dataset ends before the first element of another group (file meta information).</param>
    public DatasetParser(DicomDataset root, long start, long end, bool explicitVr, bool bigEndian, DicomReadOptions options, ushort onlyGroup = 0)
    {
        _options = options;
        _explicit = explicitVr;
        _bigEndian = bigEndian;
        _end = end;
        _onlyGroup = onlyGroup;
        Position = start;
        _level = new Level { Dataset = root, End = end, Limit = end, IsExplicit = explicitVr, Ascends = true };
    }

    /// <summary>Next byte to read.</summary>
    public long Position { get; private set; }

    /// <summary>Bytes wanted from <see cref="Position"/> on.</summary>
    public int Needed { get; private set; }

    /// <summary>Where Pixel Data of the top level was found.</summary>
    public PixelSource? Pixels { get; private set; }

    public ParseStep Run(ReadOnlyMemory<byte> window, long windowStart)
    {
        _window = window;
        _windowStart = windowStart;
        while (true)
        {
            if (_fragments is not null)
            {
                if (!ReadFragment())
                {
                    return ParseStep.NeedBytes;
                }

                continue;
            }

            // A level without delimiter ends with the level around it; at the end of the file it is cut off.
            if (Position >= _level.End || (Position >= _level.Limit && _level.Limit < _end))
            {
                CloseLevel();
                if (_outer.Count == 0)
                {
                    return ParseStep.Done;
                }

                _level = _outer.Pop();
                continue;
            }

            var step = _level.Sequence is not null ? ReadItemHeader() : ReadElement();
            if (step == Outcome.NeedBytes)
            {
                return ParseStep.NeedBytes;
            }

            if (step == Outcome.End)
            {
                CloseLevel();
                return ParseStep.Done;
            }
        }
    }

    private void CloseLevel()
    {
        if (_level.Dataset is { } dataset && !_level.Ascends)
        {
            dataset.Restore();
        }
    }

    /// <summary>The bytes of the window from the position on, or an empty span and a wish for more.</summary>
    private bool TryPeek(int count, out ReadOnlySpan<byte> bytes)
    {
        var at = Position - _windowStart;
        if (at >= 0 && at + count <= _window.Length)
        {
            bytes = _window.Span[(int)at..];
            return true;
        }

        if (Position + count > _end)
        {
            throw Broken("The file ends inside a data element");
        }

        Needed = count;
        bytes = default;
        return false;
    }

    private ReadOnlyMemory<byte> Slice(long start, int length) => _window.Slice((int)(start - _windowStart), length);

    private DicomFormatException Broken(string message, Exception? inner = null) => new(message, Position, inner);

    private void Count()
    {
        if (++_elements > _options.MaxElements)
        {
            throw Broken($"The dataset has more than {_options.MaxElements} elements");
        }
    }

    private ushort U16(ReadOnlySpan<byte> b) => _bigEndian && !_level.IsForeign ? BinaryPrimitives.ReadUInt16BigEndian(b) : BinaryPrimitives.ReadUInt16LittleEndian(b);

    private uint U32(ReadOnlySpan<byte> b) => _bigEndian && !_level.IsForeign ? BinaryPrimitives.ReadUInt32BigEndian(b) : BinaryPrimitives.ReadUInt32LittleEndian(b);

    private DicomTag TagAt(ReadOnlySpan<byte> b) => new(U16(b), U16(b[2..]));

    private enum Outcome
    {
        Read,
        NeedBytes,
        End,
    }

    /// <summary>A dataset (root or item) or a sequence that is being read.</summary>
    private struct Level
    {
        public DicomDataset? Dataset;
        public List<DicomDataset>? Sequence;

        /// <summary>Where it ends by its length; <see cref="long.MaxValue"/> where a delimiter ends it.</summary>
        public long End;

        /// <summary>Where the innermost level with a length ends.</summary>
        public long Limit;

        public bool IsExplicit;

        /// <summary>Inside a sequence of VR UN: implicit VR little endian, whatever the file is (PS3.5 §6.2.2 note 2).</summary>
        public bool IsForeign;

        public bool Ascends;
    }
}
