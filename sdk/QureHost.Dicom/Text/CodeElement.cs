using System.Text;

namespace QureHost.Dicom;

/// <summary>One coded character set of PS3.3 tables C.12-2 to C.12-5: what an escape sequence designates into G0 or G1.</summary>
internal sealed class CodeElement
{
    private readonly Func<Encoding?> _make;
    private Encoding? _encoding;

    private CodeElement(string term, string escape, bool isG1, int width, Func<Encoding?> make)
    {
        Term = term;
        Escape = Encoding.ASCII.GetBytes("\u001b" + escape);
        IsG1 = isG1;
        Width = width;
        _make = make;
    }

    /// <summary>Number of the ISO registration, as in <c>ISO 2022 IR 87</c>.</summary>
    public string Term { get; }

    /// <summary>The escape sequence with its ESC.</summary>
    public byte[] Escape { get; }

    /// <summary>Upper half (bytes above 0xA0); otherwise the lower half.</summary>
    public bool IsG1 { get; }

    /// <summary>Bytes a character.</summary>
    public int Width { get; }

    private Encoding? Encoding => _encoding ??= _make();

    public static CodeElement Ascii { get; } = new("6", "(B", false, 1, () => System.Text.Encoding.ASCII);

    public static CodeElement Romaji { get; } = new("14", "(J", false, 1, () => System.Text.Encoding.ASCII);

    public static CodeElement Katakana { get; } = new("13", ")I", true, 1, () => CodePage(932));

    public static CodeElement Kanji { get; } = new("87", "$B", false, 2, () => CodePage(51932));

    /// <summary>JIS X 0212: three bytes in EUC-JP, two in the stream.</summary>
    public static CodeElement SupplementaryKanji { get; } = new("159", "$(D", false, 2, () => CodePage(20932));

    public static CodeElement Hangul { get; } = new("149", "$)C", true, 2, () => CodePage(51949));

    public static CodeElement SimplifiedChinese { get; } = new("58", "$)A", true, 2, () => CodePage(936));

    public static IReadOnlyList<CodeElement> All { get; } =
    [
        Ascii, Romaji, Katakana, Kanji, SupplementaryKanji, Hangul, SimplifiedChinese,
        Latin("100", "-A", 28591), Latin("101", "-B", 28592), Latin("109", "-C", 28593), Latin("110", "-D", 28594),
        Latin("144", "-L", 28595), Latin("127", "-G", 28596), Latin("126", "-F", 28597), Latin("138", "-H", 28598),
        Latin("148", "-M", 28599), Latin("203", "-b", 28605), Latin("166", "-T", 874),
    ];

    public static CodeElement? ByTerm(string term) => All.FirstOrDefault(e => e.Term == term);

    /// <summary>The element whose escape sequence starts here (at ESC), or null.</summary>
    public static CodeElement? AtEscape(ReadOnlySpan<byte> bytes)
    {
        foreach (var e in All)
        {
            if (bytes.StartsWith(e.Escape))
            {
                return e;
            }
        }

        // JIS C 6226 (ESC $ @) is the 1978 edition of JIS X 0208.
        return bytes.StartsWith("\u001b$@"u8) ? Kanji : null;
    }

    /// <summary>Decodes one run of bytes that belong to this element.</summary>
    public void Decode(ReadOnlySpan<byte> run, StringBuilder into)
    {
        if (this == Ascii || this == Romaji || Encoding is not { } encoding)
        {
            foreach (var b in run)
            {
                into.Append(b < 0x80 ? (char)b : '\uFFFD');
            }

            return;
        }

        if (IsG1)
        {
            into.Append(encoding.GetString(run));
            return;
        }

        // Code pages know the Japanese sets by their EUC form: both bytes with the high bit, JIS X 0212 behind 0x8F.
        Span<byte> euc = stackalloc byte[3];
        var lead = this == SupplementaryKanji ? 1 : 0;
        euc[0] = 0x8F;
        for (var i = 0; i + 1 < run.Length; i += 2)
        {
            euc[lead] = (byte)(run[i] | 0x80);
            euc[lead + 1] = (byte)(run[i + 1] | 0x80);
            into.Append(encoding.GetString(euc[..(lead + 2)]));
        }

        if (run.Length % 2 != 0)
        {
            into.Append('\uFFFD');
        }
    }

    /// <summary>The bytes of one character in this element, or false.</summary>
    public bool TryEncode(ReadOnlySpan<char> character, Span<byte> into, out int length)
    {
        length = 0;
        if (character.Length != 1 || Encoding is not { } encoding)
        {
            return false;
        }

        if (character[0] < 0x80)
        {
            length = 1;
            into[0] = (byte)character[0];
            return this == Ascii || this == Romaji;
        }

        Span<byte> bytes = stackalloc byte[8];
        var count = encoding.GetBytes(character, bytes);
        Span<char> back = stackalloc char[8];
        if (encoding.GetChars(bytes[..count], back) != 1 || back[0] != character[0] || bytes[0] < 0x80)
        {
            return false;
        }

        if (this == SupplementaryKanji)
        {
            if (count != 3 || bytes[0] != 0x8F)
            {
                return false;
            }

            bytes = bytes[1..];
            count = 2;
        }

        if (count != Width || (this == Kanji && bytes[0] is 0x8E or 0x8F) || (this == Katakana && bytes[0] is < 0xA1 or > 0xDF)
            || (IsG1 && Width == 2 && (bytes[0] < 0xA1 || bytes[1] < 0xA1)))
        {
            return false;
        }

        for (var i = 0; i < count; i++)
        {
            into[i] = IsG1 ? bytes[i] : (byte)(bytes[i] & 0x7F);
        }

        length = count;
        return true;
    }

    private static CodeElement Latin(string term, string escape, int codePage) => new(term, escape, true, 1, () => CodePage(codePage));

    internal static Encoding? CodePage(int codePage) => CodePagesEncodingProvider.Instance.GetEncoding(codePage)
        ?? (codePage == 28591 ? System.Text.Encoding.Latin1 : null);
}
