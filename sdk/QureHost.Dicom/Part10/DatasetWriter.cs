using System.Buffers;
using System.Buffers.Binary;
using System.Text;

namespace QureHost.Dicom;

/// <summary>Writes datasets: sequences with undefined lengths, so that nothing is measured first; values padded to even length.</summary>
internal sealed class DatasetWriter(IBufferWriter<byte> output, bool explicitVr, bool bigEndian)
{
    private const uint Undefined = 0xFFFFFFFF;

    public void Write(DicomDataset dataset) => Write(dataset, CharacterSet.Default);

    private void Write(DicomDataset dataset, CharacterSet around)
    {
        System.Runtime.CompilerServices.RuntimeHelpers.EnsureSufficientExecutionStack();
        var charset = dataset.CharacterSet;
        var declare = charset != around && charset.Terms.Count > 0 && !dataset.Contains(DicomTags.SpecificCharacterSet) && HoldsText(dataset);
        foreach (var element in dataset)
        {
            if (declare && element.Tag > DicomTags.SpecificCharacterSet)
            {
                WriteValue(DeclarationOf(charset));
                declare = false;
            }

            WriteElement(element, declare ? around : charset);
        }
    }

    /// <summary>Text outside ASCII stands here, or in an item that inherits this character set.</summary>
    private static bool HoldsText(DicomDataset dataset)
    {
        foreach (var element in dataset)
        {
            if (element is DicomValue value && value.Vr.UsesCharacterSet() && !Ascii.IsValid(value.Bytes.Span))
            {
                return true;
            }
        }

        foreach (var element in dataset)
        {
            if (element is DicomSequence sequence && sequence.List.Exists(i => !i.Contains(DicomTags.SpecificCharacterSet) && i.CharacterSet == dataset.CharacterSet && HoldsText(i)))
            {
                return true;
            }
        }

        return false;
    }

    private static DicomValue DeclarationOf(CharacterSet charset) =>
        new(DicomTags.SpecificCharacterSet, DicomVr.CS, Encoding.ASCII.GetBytes(string.Join('\\', charset.Terms)));

    private void WriteElement(DicomElement element, CharacterSet charset)
    {
        switch (element)
        {
            case DicomValue value:
                WriteValue(value);
                break;
            case DicomSequence sequence:
                Header(sequence.Tag, DicomVr.SQ, sequence.List.Count == 0 ? 0 : Undefined);
                foreach (var item in sequence.List)
                {
                    ItemHeader(0xE000, Undefined);
                    Write(item, charset);
                    ItemHeader(0xE00D, 0);
                }

                if (sequence.List.Count > 0)
                {
                    ItemHeader(0xE0DD, 0);
                }

                break;
            case DicomFragments fragments:
                WriteFragments(fragments);
                break;
            default:
                throw new InvalidOperationException($"{element.Tag} was left in its file; read the file with {nameof(DicomReadOptions.KeepAll)} to write it again.");
        }
    }

    private void WriteValue(DicomValue value)
    {
        var bytes = value.Bytes.Span;
        var vr = value.Vr;
        var length = (bytes.Length + 1) & ~1;
        if (explicitVr && !vr.HasLongLength() && length > 0xFFFE)
        {
            // PS3.5 §6.2.2: a value too long for the 16-bit length of its VR is written as UN, which is little endian.
            Header(value.Tag, DicomVr.UN, (uint)length);
            output.Write(bytes);
        }
        else
        {
            Header(value.Tag, vr, (uint)length);
            var word = vr.Size();
            if (bigEndian && word > 1)
            {
                for (var i = 0; i + word <= bytes.Length; i += word)
                {
                    var swapped = output.GetSpan(word)[..word];
                    bytes.Slice(i, word).CopyTo(swapped);
                    swapped.Reverse();
                    output.Advance(word);
                }

                output.Write(bytes[(bytes.Length - (bytes.Length % word))..]);
            }
            else
            {
                output.Write(bytes);
            }
        }

        if (length != bytes.Length)
        {
            Byte(vr.Padding());
        }
    }

    private void WriteFragments(DicomFragments fragments)
    {
        Header(fragments.Tag, fragments.Vr == DicomVr.OW ? DicomVr.OB : fragments.Vr, Undefined);
        ItemHeader(0xE000, (uint)fragments.OffsetTable.Length);
        output.Write(fragments.OffsetTable.Span);
        foreach (var fragment in fragments.Fragments)
        {
            ItemHeader(0xE000, (uint)((fragment.Length + 1L) & ~1L));
            output.Write(fragment.Span);
            if (fragment.Length % 2 != 0)
            {
                Byte(0);
            }
        }

        ItemHeader(0xE0DD, 0);
    }

    private void Header(DicomTag tag, DicomVr vr, uint length)
    {
        var span = output.GetSpan(12);
        U16(span, tag.Group);
        U16(span[2..], tag.Element);
        if (!explicitVr)
        {
            U32(span[4..], length);
            output.Advance(8);
            return;
        }

        BinaryPrimitives.WriteUInt16LittleEndian(span[4..], (ushort)vr);
        if (vr.HasLongLength())
        {
            span[6..8].Clear();
            U32(span[8..], length);
            output.Advance(12);
            return;
        }

        U16(span[6..], (ushort)length);
        output.Advance(8);
    }

    private void ItemHeader(ushort element, uint length)
    {
        var span = output.GetSpan(8);
        U16(span, 0xFFFE);
        U16(span[2..], element);
        U32(span[4..], length);
        output.Advance(8);
    }

    private void Byte(byte value)
    {
        output.GetSpan(1)[0] = value;
        output.Advance(1);
    }

    private void U16(Span<byte> span, ushort value)
    {
        if (bigEndian)
        {
            BinaryPrimitives.WriteUInt16BigEndian(span, value);
        }
        else
        {
            BinaryPrimitives.WriteUInt16LittleEndian(span, value);
        }
    }

    private void U32(Span<byte> span, uint value)
    {
        if (bigEndian)
        {
            BinaryPrimitives.WriteUInt32BigEndian(span, value);
        }
        else
        {
            BinaryPrimitives.WriteUInt32LittleEndian(span, value);
        }
    }
}
