using System.Buffers.Binary;
using System.Globalization;

namespace QureHost.Dicom;

/// <summary>Little-endian value fields out of numbers.</summary>
internal static class Binary
{
    public static byte[] FromIntegers(DicomTag tag, DicomVr vr, ReadOnlySpan<long> values)
    {
        if (vr is DicomVr.FL or DicomVr.FD)
        {
            var reals = new double[values.Length];
            for (var i = 0; i < reals.Length; i++)
            {
                reals[i] = values[i];
            }

            return FromReals(tag, vr, reals);
        }

        var (least, most) = vr switch
        {
            DicomVr.US => (0L, ushort.MaxValue),
            DicomVr.SS => (short.MinValue, short.MaxValue),
            DicomVr.UL => (0L, uint.MaxValue),
            DicomVr.SL => (int.MinValue, int.MaxValue),
            DicomVr.SV => (long.MinValue, long.MaxValue),
            DicomVr.UV => (0L, long.MaxValue),
            _ => throw new ArgumentException($"{tag} has VR {vr.Name()}, which holds no numbers.", nameof(vr)),
        };
        var size = vr.Size();
        var bytes = new byte[values.Length * size];
        for (var i = 0; i < values.Length; i++)
        {
            if (values[i] < least || values[i] > most)
            {
                throw new ArgumentOutOfRangeException(nameof(values), values[i], $"{tag} has VR {vr.Name()}, which cannot hold it.");
            }

            var at = bytes.AsSpan(i * size);
            switch (size)
            {
                case 2: BinaryPrimitives.WriteInt16LittleEndian(at, (short)values[i]); break;
                case 4: BinaryPrimitives.WriteInt32LittleEndian(at, (int)values[i]); break;
                default: BinaryPrimitives.WriteInt64LittleEndian(at, values[i]); break;
            }
        }

        return bytes;
    }

    public static byte[] FromReals(DicomTag tag, DicomVr vr, ReadOnlySpan<double> values)
    {
        if (vr is not (DicomVr.FL or DicomVr.FD))
        {
            var whole = new long[values.Length];
            for (var i = 0; i < whole.Length; i++)
            {
                whole[i] = values[i] == Math.Truncate(values[i]) && Math.Abs(values[i]) < 9e15
                    ? (long)values[i] : throw new ArgumentOutOfRangeException(nameof(values), values[i], $"{tag} has VR {vr.Name()}, which holds whole numbers.");
            }

            return FromIntegers(tag, vr, whole);
        }

        var bytes = new byte[values.Length * vr.Size()];
        for (var i = 0; i < values.Length; i++)
        {
            if (vr == DicomVr.FL)
            {
                BinaryPrimitives.WriteSingleLittleEndian(bytes.AsSpan(4 * i), (float)values[i]);
            }
            else
            {
                BinaryPrimitives.WriteDoubleLittleEndian(bytes.AsSpan(8 * i), values[i]);
            }
        }

        return bytes;
    }

    public static byte[] FromTexts(DicomVr vr, ReadOnlySpan<string?> values)
    {
        var size = vr == DicomVr.AT ? 4 : vr.Size();
        var bytes = new byte[values.Length * size];
        for (var i = 0; i < values.Length; i++)
        {
            var text = values[i] ?? throw new ArgumentException($"VR {vr.Name()} has no empty values.", nameof(values));
            var at = bytes.AsSpan(i * size, size);
            switch (vr)
            {
                case DicomVr.AT:
                    if (!DicomTag.TryParse(text, out var tag))
                    {
                        throw new FormatException("A value of VR AT is no tag.");
                    }

                    BinaryPrimitives.WriteUInt16LittleEndian(at, tag.Group);
                    BinaryPrimitives.WriteUInt16LittleEndian(at[2..], tag.Element);
                    break;
                case DicomVr.US: BinaryPrimitives.WriteUInt16LittleEndian(at, ushort.Parse(text, CultureInfo.InvariantCulture)); break;
                case DicomVr.SS: BinaryPrimitives.WriteInt16LittleEndian(at, short.Parse(text, CultureInfo.InvariantCulture)); break;
                case DicomVr.UL: BinaryPrimitives.WriteUInt32LittleEndian(at, uint.Parse(text, CultureInfo.InvariantCulture)); break;
                case DicomVr.SL: BinaryPrimitives.WriteInt32LittleEndian(at, int.Parse(text, CultureInfo.InvariantCulture)); break;
                case DicomVr.SV: BinaryPrimitives.WriteInt64LittleEndian(at, long.Parse(text, CultureInfo.InvariantCulture)); break;
                case DicomVr.UV: BinaryPrimitives.WriteUInt64LittleEndian(at, ulong.Parse(text, CultureInfo.InvariantCulture)); break;
                case DicomVr.FL: BinaryPrimitives.WriteSingleLittleEndian(at, float.Parse(text, CultureInfo.InvariantCulture)); break;
                default: BinaryPrimitives.WriteDoubleLittleEndian(at, double.Parse(text, CultureInfo.InvariantCulture)); break;
            }
        }

        return bytes;
    }
}
