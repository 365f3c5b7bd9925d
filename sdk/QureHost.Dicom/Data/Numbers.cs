using System.Buffers.Binary;
using System.Globalization;

namespace QureHost.Dicom;

/// <summary>Binary and decimal numbers of value fields.</summary>
internal static class Numbers
{
    public static DicomTag TagAt(ReadOnlySpan<byte> bytes, int index) =>
        new(BinaryPrimitives.ReadUInt16LittleEndian(bytes[(4 * index)..]), BinaryPrimitives.ReadUInt16LittleEndian(bytes[((4 * index) + 2)..]));

    public static string Text(ReadOnlySpan<byte> bytes, DicomVr vr, int index) => vr switch
    {
        DicomVr.FL => BinaryPrimitives.ReadSingleLittleEndian(bytes[(4 * index)..]).ToString("R", CultureInfo.InvariantCulture),
        DicomVr.FD => BinaryPrimitives.ReadDoubleLittleEndian(bytes[(8 * index)..]).ToString("R", CultureInfo.InvariantCulture),
        DicomVr.UV => BinaryPrimitives.ReadUInt64LittleEndian(bytes[(8 * index)..]).ToString(CultureInfo.InvariantCulture),
        _ => Integer(bytes, vr, index).ToString(CultureInfo.InvariantCulture),
    };

    public static long Integer(ReadOnlySpan<byte> bytes, DicomVr vr, int index) => vr switch
    {
        DicomVr.US => BinaryPrimitives.ReadUInt16LittleEndian(bytes[(2 * index)..]),
        DicomVr.SS => BinaryPrimitives.ReadInt16LittleEndian(bytes[(2 * index)..]),
        DicomVr.UL => BinaryPrimitives.ReadUInt32LittleEndian(bytes[(4 * index)..]),
        DicomVr.SL => BinaryPrimitives.ReadInt32LittleEndian(bytes[(4 * index)..]),
        DicomVr.SV or DicomVr.UV => BinaryPrimitives.ReadInt64LittleEndian(bytes[(8 * index)..]),
        _ => throw new ArgumentOutOfRangeException(nameof(vr), vr, "Not an integer VR."),
    };

    public static double Real(ReadOnlySpan<byte> bytes, DicomVr vr, int index) => vr switch
    {
        DicomVr.FL => BinaryPrimitives.ReadSingleLittleEndian(bytes[(4 * index)..]),
        DicomVr.FD => BinaryPrimitives.ReadDoubleLittleEndian(bytes[(8 * index)..]),
        DicomVr.UV => BinaryPrimitives.ReadUInt64LittleEndian(bytes[(8 * index)..]),
        _ => Integer(bytes, vr, index),
    };

    public static bool TryParse(ReadOnlySpan<byte> text, out double value) =>
        double.TryParse(TrimAscii(text), NumberStyles.Float, CultureInfo.InvariantCulture, out value);

    public static bool TryParse(ReadOnlySpan<byte> text, out long value)
    {
        text = TrimAscii(text);
        if (long.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out value))
        {
            return true;
        }

        // Whole numbers that somebody wrote with a decimal point.
        if (double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var real) && real == Math.Truncate(real) && Math.Abs(real) < 9e15)
        {
            value = (long)real;
            return true;
        }

        return false;
    }

    /// <summary>A decimal string of at most 16 characters (PS3.5 §6.2, DS).</summary>
    public static string DecimalString(double value)
    {
        if (!double.IsFinite(value))
        {
            throw new ArgumentOutOfRangeException(nameof(value), value, "DS cannot hold infinity or NaN.");
        }

        var text = value.ToString("R", CultureInfo.InvariantCulture);
        for (var digits = 15; text.Length > 16 && digits > 0; digits--)
        {
            text = value.ToString("G" + digits.ToString(CultureInfo.InvariantCulture), CultureInfo.InvariantCulture);
        }

        return text;
    }

    private static ReadOnlySpan<byte> TrimAscii(ReadOnlySpan<byte> text)
    {
        while (!text.IsEmpty && text[^1] is (byte)' ' or 0)
        {
            text = text[..^1];
        }

        while (!text.IsEmpty && text[0] is (byte)' ')
        {
            text = text[1..];
        }

        return text;
    }
}
