using System.Buffers.Binary;
using System.Globalization;
using System.Text;

namespace QureHost.Dicom;

public sealed partial class DicomDataset
{
    /// <summary>An element without a value (type 2).</summary>
    public DicomDataset AddEmpty(DicomTag tag) => AddEmpty(tag, DicomDictionary.VrOf(tag));

    /// <inheritdoc cref="AddEmpty(DicomTag)"/>
    public DicomDataset AddEmpty(DicomTag tag, DicomVr vr)
    {
        Set(vr == DicomVr.SQ ? new DicomSequence(tag) : new DicomValue(tag, vr, default));
        return this;
    }

    /// <summary>Text values, VR from the dictionary. Null or nothing makes an empty element; numbers are parsed where the VR is binary.</summary>
    public DicomDataset Add(DicomTag tag, params ReadOnlySpan<string?> values) => Add(tag, PublicVr(tag), values);

    public DicomDataset Add(DicomTag tag, params ReadOnlySpan<int> values) => Add(tag, PublicVr(tag), values);

    public DicomDataset Add(DicomTag tag, params ReadOnlySpan<long> values) => Add(tag, PublicVr(tag), values);

    public DicomDataset Add(DicomTag tag, params ReadOnlySpan<double> values) => Add(tag, PublicVr(tag), values);

    /// <summary>Tags as values (AT).</summary>
    public DicomDataset AddTags(DicomTag tag, params ReadOnlySpan<DicomTag> values)
    {
        var bytes = new byte[4 * values.Length];
        for (var i = 0; i < values.Length; i++)
        {
            BinaryPrimitives.WriteUInt16LittleEndian(bytes.AsSpan(4 * i), values[i].Group);
            BinaryPrimitives.WriteUInt16LittleEndian(bytes.AsSpan((4 * i) + 2), values[i].Element);
        }

        return AddBytes(tag, DicomVr.AT, bytes);
    }

    /// <summary>Text values with a VR (private tags). A backslash inside a value of a multi-valued VR would be a delimiter and is refused.</summary>
    public DicomDataset Add(DicomTag tag, DicomVr vr, params ReadOnlySpan<string?> values)
    {
        if (vr.IsBinaryNumber() || vr == DicomVr.AT)
        {
            Set(new DicomValue(tag, vr, Binary.FromTexts(vr, values)));
            return this;
        }

        if (!vr.IsText())
        {
            throw new ArgumentException($"{tag} has VR {vr.Name()}, which holds no text.", nameof(vr));
        }

        foreach (var value in values)
        {
            if (value is not null && !vr.IsSingleText() && value.Contains('\\', StringComparison.Ordinal))
            {
                throw new ArgumentException($"A value of {tag} holds a backslash, which separates values in VR {vr.Name()}.", nameof(values));
            }
        }

        var text = values.Length == 1 ? values[0] ?? "" : string.Join('\\', values);
        Set(new DicomValue(tag, vr, vr.UsesCharacterSet() ? CharacterSet.Encode(text) : Encoding.ASCII.GetBytes(text)));
        return this;
    }

    public DicomDataset Add(DicomTag tag, DicomVr vr, params ReadOnlySpan<int> values)
    {
        Span<long> wide = values.Length <= 64 ? stackalloc long[values.Length] : new long[values.Length];
        for (var i = 0; i < values.Length; i++)
        {
            wide[i] = values[i];
        }

        return Add(tag, vr, (ReadOnlySpan<long>)wide);
    }

    public DicomDataset Add(DicomTag tag, DicomVr vr, params ReadOnlySpan<long> values)
    {
        if (vr.IsText())
        {
            var texts = new string?[values.Length];
            for (var i = 0; i < texts.Length; i++)
            {
                texts[i] = values[i].ToString(CultureInfo.InvariantCulture);
            }

            return Add(tag, vr, (ReadOnlySpan<string?>)texts);
        }

        return AddBytes(tag, vr, Binary.FromIntegers(tag, vr, values));
    }

    public DicomDataset Add(DicomTag tag, DicomVr vr, params ReadOnlySpan<double> values)
    {
        if (vr.IsText())
        {
            var texts = new string?[values.Length];
            for (var i = 0; i < texts.Length; i++)
            {
                texts[i] = Numbers.DecimalString(values[i]);
            }

            return Add(tag, vr, (ReadOnlySpan<string?>)texts);
        }

        return AddBytes(tag, vr, Binary.FromReals(tag, vr, values));
    }

    public DicomDataset AddSequence(DicomTag tag, params IEnumerable<DicomDataset> items)
    {
        Set(new DicomSequence(tag, items));
        return this;
    }

    /// <summary>A value as it is stored: text already encoded, words little endian.</summary>
    public DicomDataset AddBytes(DicomTag tag, DicomVr vr, ReadOnlyMemory<byte> bytes)
    {
        Set(new DicomValue(tag, vr, bytes));
        return this;
    }

    private static DicomVr PublicVr(DicomTag tag)
    {
        var vr = DicomDictionary.VrOf(tag);
        return vr == DicomVr.UN ? throw new ArgumentException($"{tag} is not in the dictionary: name its VR.", nameof(tag)) : vr;
    }
}
