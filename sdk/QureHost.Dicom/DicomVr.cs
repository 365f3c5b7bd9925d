namespace QureHost.Dicom;

/// <summary>Value representation (PS3.5 §6.2); the number is the two letters as they stand in a little-endian stream.</summary>
#pragma warning disable CA1028 // the two letters are the value
public enum DicomVr : ushort
{
    AE = 'A' | ('E' << 8),
    AS = 'A' | ('S' << 8),
    AT = 'A' | ('T' << 8),
    CS = 'C' | ('S' << 8),
    DA = 'D' | ('A' << 8),
    DS = 'D' | ('S' << 8),
    DT = 'D' | ('T' << 8),
    FL = 'F' | ('L' << 8),
    FD = 'F' | ('D' << 8),
    IS = 'I' | ('S' << 8),
    LO = 'L' | ('O' << 8),
    LT = 'L' | ('T' << 8),
    OB = 'O' | ('B' << 8),
    OD = 'O' | ('D' << 8),
    OF = 'O' | ('F' << 8),
    OL = 'O' | ('L' << 8),
    OV = 'O' | ('V' << 8),
    OW = 'O' | ('W' << 8),
    PN = 'P' | ('N' << 8),
    SH = 'S' | ('H' << 8),
    SL = 'S' | ('L' << 8),
    SQ = 'S' | ('Q' << 8),
    SS = 'S' | ('S' << 8),
    ST = 'S' | ('T' << 8),
    SV = 'S' | ('V' << 8),
    TM = 'T' | ('M' << 8),
    UC = 'U' | ('C' << 8),
    UI = 'U' | ('I' << 8),
    UL = 'U' | ('L' << 8),
    UN = 'U' | ('N' << 8),
    UR = 'U' | ('R' << 8),
    US = 'U' | ('S' << 8),
    UT = 'U' | ('T' << 8),
    UV = 'U' | ('V' << 8),
}
#pragma warning restore CA1028

/// <summary>What PS3.5 §6.2 and §7.1.2 say of each VR.</summary>
public static class DicomVrTraits
{
    /// <summary>One of the VRs of the standard.</summary>
    public static bool IsKnown(this DicomVr vr) => Size(vr) >= 0;

    /// <summary>Explicit VR with a 32-bit length field (PS3.5 table 7.1-1).</summary>
    public static bool HasLongLength(this DicomVr vr) => vr is DicomVr.OB or DicomVr.OD or DicomVr.OF or DicomVr.OL or DicomVr.OV or DicomVr.OW
        or DicomVr.SQ or DicomVr.SV or DicomVr.UC or DicomVr.UN or DicomVr.UR or DicomVr.UT or DicomVr.UV || !IsKnown(vr);

    /// <summary>Values are text, binary numbers excluded.</summary>
    public static bool IsText(this DicomVr vr) => vr is DicomVr.AE or DicomVr.AS or DicomVr.CS or DicomVr.DA or DicomVr.DS or DicomVr.DT or DicomVr.IS
        or DicomVr.LO or DicomVr.LT or DicomVr.PN or DicomVr.SH or DicomVr.ST or DicomVr.TM or DicomVr.UC or DicomVr.UI or DicomVr.UR or DicomVr.UT;

    /// <summary>Text that Specific Character Set (0008,0005) governs (PS3.5 §6.1.2.2).</summary>
    public static bool UsesCharacterSet(this DicomVr vr) => vr is DicomVr.LO or DicomVr.LT or DicomVr.PN or DicomVr.SH or DicomVr.ST or DicomVr.UC or DicomVr.UT;

    /// <summary>A backslash is part of the text, not a delimiter.</summary>
    public static bool IsSingleText(this DicomVr vr) => vr is DicomVr.LT or DicomVr.ST or DicomVr.UT or DicomVr.UR;

    /// <summary>Leading spaces are padding too.</summary>
    public static bool TrimsStart(this DicomVr vr) => vr is not (DicomVr.LT or DicomVr.ST or DicomVr.UT or DicomVr.UC or DicomVr.UR or DicomVr.PN);

    /// <summary>What a value of odd length is padded with (PS3.5 §6.2).</summary>
    public static byte Padding(this DicomVr vr) => IsText(vr) && vr != DicomVr.UI ? (byte)' ' : (byte)0;

    /// <summary>Bytes of one binary word, for byte swapping; 1 for text and bytes, 0 for sequences, -1 for unknown VRs.</summary>
    public static int Size(this DicomVr vr) => vr switch
    {
        DicomVr.US or DicomVr.SS or DicomVr.OW or DicomVr.AT => 2,
        DicomVr.UL or DicomVr.SL or DicomVr.FL or DicomVr.OF or DicomVr.OL => 4,
        DicomVr.FD or DicomVr.OD or DicomVr.OV or DicomVr.SV or DicomVr.UV => 8,
        DicomVr.OB or DicomVr.UN => 1,
        DicomVr.SQ => 0,
        _ when IsText(vr) => 1,
        _ => -1,
    };

    /// <summary>Values are binary numbers or tags.</summary>
    public static bool IsBinaryNumber(this DicomVr vr) => vr is DicomVr.US or DicomVr.SS or DicomVr.UL or DicomVr.SL or DicomVr.FL or DicomVr.FD or DicomVr.SV or DicomVr.UV;

    /// <summary>Bulk bytes that DICOM JSON gives inline in base64 or by reference.</summary>
    public static bool IsBytes(this DicomVr vr) => vr is DicomVr.OB or DicomVr.OD or DicomVr.OF or DicomVr.OL or DicomVr.OV or DicomVr.OW or DicomVr.UN;

    /// <summary>Two letters, for messages and JSON.</summary>
    public static string Name(this DicomVr vr)
    {
        Span<char> letters = [(char)((ushort)vr & 0xFF), (char)((ushort)vr >> 8)];
        return IsKnown(vr) ? vr.ToString() : new string(letters);
    }

    /// <summary>Reads two letters.</summary>
    public static bool TryParse(ReadOnlySpan<char> text, out DicomVr vr)
    {
        vr = text.Length == 2 ? (DicomVr)((text[0] & 0xFF) | ((text[1] & 0xFF) << 8)) : default;
        return IsKnown(vr);
    }
}
