using System.Buffers.Binary;

namespace QureHost.Dicom;

/// <summary>Data elements: header, VR, value.</summary>
internal sealed partial class DatasetParser
{
    private Outcome ReadElement()
    {
        if (!TryPeek(8, out var bytes))
        {
            return Outcome.NeedBytes;
        }

        var tag = TagAt(bytes);
        if (_outer.Count == 0)
        {
            if (_onlyGroup != 0 && tag.Group != _onlyGroup)
            {
                return Outcome.End;
            }

            if (tag >= (_options.StopBefore ?? uint.MaxValue))
            {
                return Outcome.End;
            }
        }

        if (tag.Group == 0xFFFE)
        {
            return ReadDelimiter(tag, bytes);
        }

        DicomVr vr;
        long length;
        var header = 8;
        if (_level.IsExplicit)
        {
            vr = (DicomVr)BinaryPrimitives.ReadUInt16LittleEndian(bytes[4..]);
            if (!vr.IsKnown())
            {
                if (!TryPeek((int)Math.Min(64, _level.Limit - Position), out bytes))
                {
                    return Outcome.NeedBytes;
                }

                (vr, header, length) = GuessHeader(tag, vr, bytes);
            }
            else if (vr.HasLongLength())
            {
                if (!TryPeek(12, out bytes))
                {
                    return Outcome.NeedBytes;
                }

                header = 12;
                length = U32(bytes[8..]);
            }
            else
            {
                length = U16(bytes[6..]);
            }
        }
        else
        {
            length = U32(bytes[4..]);
            vr = ImplicitVr(tag);
        }

        return ReadValue(tag, vr, header, length);
    }

    private Outcome ReadValue(DicomTag tag, DicomVr vr, int header, long length)
    {
        var start = Position + header;
        var isForeign = _level.IsForeign;
        var isPixels = tag.Number == 0x7FE00010;
        if (length == Undefined)
        {
            if (isPixels || vr is DicomVr.OB or DicomVr.OW)
            {
                Count();
                BeginFragments(tag, vr == DicomVr.OW && isPixels ? DicomVr.OB : vr, start);
                return Outcome.Read;
            }

            return vr is DicomVr.SQ or DicomVr.UN
                ? OpenSequence(tag, start, null, _level.IsExplicit && vr == DicomVr.SQ, isForeign || vr == DicomVr.UN)
                : throw Broken($"{tag} has VR {vr.Name()} and no length");
        }

        if (start + length > _level.Limit)
        {
            throw Broken($"{tag} claims {length} bytes, more than there are");
        }

        if (vr == DicomVr.UN && _level.IsExplicit && !tag.IsPrivate)
        {
            // A public attribute that somebody did not know on the way: its value is as in implicit VR little endian.
            vr = ImplicitVr(tag);
            if (vr == DicomVr.SQ)
            {
                return OpenSequence(tag, start, start + length, false, true);
            }

            isForeign = true;
        }

        if (vr == DicomVr.SQ)
        {
            return OpenSequence(tag, start, start + length, _level.IsExplicit, isForeign);
        }

        // Group lengths are stale as soon as anybody edits; only those of commands and file meta mean something.
        if (tag.Element == 0 && tag.Group > 2)
        {
            Position = start + length;
            return Outcome.Read;
        }

        var isTopPixels = _outer.Count == 0 && tag.Number is 0x7FE00008 or 0x7FE00009 or 0x7FE00010;
        if (length > _options.KeepBelow || length > int.MaxValue - 64)
        {
            Add(new DicomBulk(tag, vr, start, length, false));
        }
        else
        {
            if (!TryPeek(header + (int)length, out _))
            {
                return Outcome.NeedBytes;
            }

            var value = Slice(start, (int)length);
            Add(new DicomValue(tag, vr, _bigEndian && !isForeign ? Swapped(value, vr.Size()) : value));
        }

        if (isTopPixels)
        {
            Pixels = new PixelSource(tag, vr, start, length, null, default);
        }

        Position = start + length;
        return Outcome.Read;
    }

    private void Add(DicomElement element)
    {
        Count();
        if (!_level.Dataset!.Append(element))
        {
            _level.Ascends = false;
        }
    }

    private DicomVr ImplicitVr(DicomTag tag)
    {
        var vr = DicomDictionary.VrOf(tag);
        return vr == DicomVr.US && DicomDictionary.IsUnsignedOrSigned(tag) && IsSigned() ? DicomVr.SS : vr;
    }

    /// <summary>Pixel Representation (0028,0103) of this dataset or, in an item, of one around it.</summary>
    private bool IsSigned()
    {
        if (_level.Dataset!.GetInt32(DicomTags.PixelRepresentation) is { } own)
        {
            return own == 1;
        }

        foreach (var level in _outer)
        {
            if (level.Dataset?.GetInt32(DicomTags.PixelRepresentation) is { } around)
            {
                return around == 1;
            }
        }

        return false;
    }

    private static ReadOnlyMemory<byte> Swapped(ReadOnlyMemory<byte> value, int word)
    {
        if (word < 2)
        {
            return value;
        }

        var swapped = value.ToArray();
        for (var i = 0; i + word <= swapped.Length; i += word)
        {
            swapped.AsSpan(i, word).Reverse();
        }

        return swapped;
    }
}
