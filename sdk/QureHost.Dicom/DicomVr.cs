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
    private const byte SizeMask = 0x0F;
    private const byte Known = 0x10;
    private const byte Long = 0x20;
    private const byte Text = 0x40;
    private const byte Coded = 0x80;

    /// <summary>Traits by the two letters, 26 × 26.</summary>
    private static readonly byte[] Table = MakeTable();

    /// <summary>One of the VRs of the standard.</summary>
    public static bool IsKnown(this DicomVr vr) => Of(vr) != 0;

    /// <summary>Explicit VR with a 32-bit length field (PS3.5 table 7.1-1).</summary>
    public static bool HasLongLength(this DicomVr vr) => (Of(vr) & (Known | Long)) != Known;

    /// <summary>Values are text, binary numbers excluded.</summary>
    public static bool IsText(this DicomVr vr) => (Of(vr) & Text) != 0;

    /// <summary>Text that Specific Character Set (0008,0005) governs (PS3.5 §6.1.2.2).</summary>
    public static bool UsesCharacterSet(this DicomVr vr) => (Of(vr) & Coded) != 0;

    /// <summary>A backslash is part of the text, not a delimiter.</summary>
    public static bool IsSingleText(this DicomVr vr) => vr is DicomVr.LT or DicomVr.ST or DicomVr.UT or DicomVr.UR;

    /// <summary>Leading spaces are padding too.</summary>
    public static bool TrimsStart(this DicomVr vr) => vr is not (DicomVr.LT or DicomVr.ST or DicomVr.UT or DicomVr.UC or DicomVr.UR or DicomVr.PN);

    /// <summary>What a value of odd length is padded with (PS3.5 §6.2).</summary>
    public static byte Padding(this DicomVr vr) => IsText(vr) && vr != DicomVr.UI ? (byte)' ' : (byte)0;

    /// <summary>Bytes of one binary word, for byte swapping; 1 for text and bytes, 0 for sequences, -1 for unknown VRs.</summary>
    public static int Size(this DicomVr vr) => Of(vr) is not 0 and var traits ? traits & SizeMask : -1;

    /// <summary>Values are binary numbers or tags.</summary>
    public static bool IsBinaryNumber(this DicomVr vr) => vr is DicomVr.US or DicomVr.SS or DicomVr.UL or DicomVr.SL or DicomVr.FL or DicomVr.FD or DicomVr.SV or DicomVr.UV;

    /// <summary>Bulk bytes that DICOM JSON gives inline in base64 or by reference.</summary>
    public static bool IsBytes(this DicomVr vr) => vr is DicomVr.OB or DicomVr.OD or DicomVr.OF or DicomVr.OL or DicomVr.OV or DicomVr.OW or DicomVr.UN;

    /// <summary>Two letters, for messages and JSON.</summary>
    public static string Name(this DicomVr vr) => new([(char)((ushort)vr & 0xFF), (char)((ushort)vr >> 8)]);

    /// <summary>Reads two letters.</summary>
    public static bool TryParse(ReadOnlySpan<char> text, out DicomVr vr)
    {
        vr = text.Length == 2 ? (DicomVr)((text[0] & 0xFF) | ((text[1] & 0xFF) << 8)) : default;
        return IsKnown(vr);
    }

    private static byte Of(DicomVr vr)
    {
        var first = (uint)((byte)vr - 'A');
        var second = (uint)(((ushort)vr >> 8) - 'A');
        return first < 26 && second < 26 ? Table[(first * 26) + second] : (byte)0;
    }

    private static byte[] MakeTable()
    {
        var table = new byte[26 * 26];
        void Add(byte traits, params ReadOnlySpan<DicomVr> vrs)
        {
            foreach (var vr in vrs)
            {
                table[(((byte)vr - 'A') * 26) + ((ushort)vr >> 8) - 'A'] = (byte)(traits | Known);
            }
        }

        Add(1 | Text, DicomVr.AE, DicomVr.AS, DicomVr.CS, DicomVr.DA, DicomVr.DS, DicomVr.DT, DicomVr.IS, DicomVr.TM, DicomVr.UI);
        Add(1 | Text | Coded, DicomVr.LO, DicomVr.LT, DicomVr.PN, DicomVr.SH, DicomVr.ST);
        Add(1 | Text | Long, DicomVr.UR);
        Add(1 | Text | Coded | Long, DicomVr.UC, DicomVr.UT);
        Add(1 | Long, DicomVr.OB, DicomVr.UN);
        Add(2, DicomVr.US, DicomVr.SS, DicomVr.AT);
        Add(2 | Long, DicomVr.OW);
        Add(4, DicomVr.UL, DicomVr.SL, DicomVr.FL);
        Add(4 | Long, DicomVr.OF, DicomVr.OL);
        Add(8, DicomVr.FD);
        Add(8 | Long, DicomVr.OD, DicomVr.OV, DicomVr.SV, DicomVr.UV);
        Add(Long, DicomVr.SQ);
        return table;
    }
}
