using System.Buffers.Binary;

namespace QureHost.Dicom;

/// <summary>Encapsulated values (PS3.5 §A.4): a Basic Offset Table and fragments, ended by a delimiter.</summary>
internal sealed partial class DatasetParser
{
    private FragmentState? _fragments;

    private void BeginFragments(DicomTag tag, DicomVr vr, long start)
    {
        _fragments = new FragmentState(tag, vr, start);
        Position = start;
    }

    /// <summary>Reads one item; false where more bytes are needed.</summary>
    private bool ReadFragment()
    {
        var state = _fragments!;
        if (!TryPeek(8, out var bytes))
        {
            return false;
        }

        var tag = TagAt(bytes);
        var length = U32(bytes[4..]);
        if (tag.Number == SequenceDelimiter)
        {
            EndFragments(state);
            // A delimiter with a length other than 0 is a slip of the writer: there is nothing behind it.
            Position += 8;
            return true;
        }

        if (tag.Number != Item)
        {
            throw Broken($"Encapsulated {state.Tag} holds {tag} where a fragment should start");
        }

        var start = Position + 8;
        if (length == Undefined)
        {
            if (state.Tag.Number == 0x7FE00010)
            {
                throw Broken("A fragment has no length");
            }

            // Not fragments at all: a sequence that somebody called OB or OW.
            _fragments = null;
            OpenSequence(state.Tag, state.Start, null, false, true);
            return true;
        }

        if (start + length > _level.Limit)
        {
            throw Broken($"A fragment claims {length} bytes, more than there are");
        }

        var isTable = !state.HasTable;
        var keep = isTable ? Math.Min(length, 64 * 1024 * 1024) : _options.KeepBelow == long.MaxValue ? length : Math.Min(length, 4);
        if (!TryPeek(8 + (int)Math.Min(keep, int.MaxValue - 64), out bytes))
        {
            return false;
        }

        Count();
        if (isTable)
        {
            state.HasTable = true;
            state.Table = Slice(start, (int)keep);
            state.FirstItem = start + length;
        }
        else
        {
            state.Fragments.Add(new Fragment(start, length, StartsFrame(bytes[8..], length)));
            if (_options.KeepBelow == long.MaxValue)
            {
                state.Bytes.Add(Slice(start, (int)length));
            }
        }

        Position = start + length;
        return true;
    }

    private void EndFragments(FragmentState state)
    {
        _fragments = null;
        Add(_options.KeepBelow == long.MaxValue
            ? new DicomFragments(state.Tag, state.Vr, state.Bytes, state.Table)
            : new DicomBulk(state.Tag, state.Vr, state.Start, Position - state.Start, true));
        if (_outer.Count == 0 && state.Tag.Number == 0x7FE00010)
        {
            Pixels = new PixelSource(state.Tag, state.Vr, state.FirstItem, Position - state.Start, state.Fragments, state.Table);
        }
    }

    /// <summary>A JPEG, JPEG-LS, JPEG 2000 or JPEG XL codestream or an RLE header starts here.</summary>
    private static bool StartsFrame(ReadOnlySpan<byte> bytes, long length) => length >= 4
        && BinaryPrimitives.ReadUInt32BigEndian(bytes) switch
        {
            var b when b >> 8 is 0xFFD8FF or 0xFF4FFF => true,
            0x0000000C => true,
            var b => (b & 0x00FFFFFF) == 0 && b >> 24 is > 0 and <= 15,
        };

    private sealed class FragmentState(DicomTag tag, DicomVr vr, long start)
    {
        public DicomTag Tag { get; } = tag;

        public DicomVr Vr { get; } = vr;

        public long Start { get; } = start;

        public List<Fragment> Fragments { get; } = [];

        public List<ReadOnlyMemory<byte>> Bytes { get; } = [];

        public bool HasTable { get; set; }

        public ReadOnlyMemory<byte> Table { get; set; }

        /// <summary>Offsets of the tables count from here: the first item after the Basic Offset Table.</summary>
        public long FirstItem { get; set; }
    }
}

/// <summary>A fragment's value in the file.</summary>
internal readonly record struct Fragment(long Offset, long Length, bool StartsFrame);

/// <summary>Where Pixel Data is: native bytes, or fragments with their Basic Offset Table.</summary>
internal sealed record PixelSource(DicomTag Tag, DicomVr Vr, long Offset, long Length, IReadOnlyList<Fragment>? Fragments, ReadOnlyMemory<byte> OffsetTable);
