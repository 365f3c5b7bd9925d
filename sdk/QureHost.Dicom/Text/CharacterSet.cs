using System.Collections.Concurrent;
using System.Text;

namespace QureHost.Dicom;

/// <summary>Specific Character Set (0008,0005): how text of a dataset is coded (PS3.3 §C.12.1.1.2, PS3.5 §6.1).</summary>
public sealed class CharacterSet
{
    private const byte Escape = 0x1B;
    private static readonly ConcurrentDictionary<string, CharacterSet> Cache = new(StringComparer.Ordinal);

    private readonly Encoding? _whole;
    private readonly CodeElement[] _elements;

    private CharacterSet(string[] terms, Encoding? whole, CodeElement[] elements)
    {
        Terms = terms;
        _whole = whole;
        _elements = elements;
    }

    /// <summary>ISO_IR 6: ASCII. Bytes above 127 break it; they are read as Latin-1.</summary>
    public static CharacterSet Default { get; } = new([], Encoding.Latin1, []);

    /// <summary>ISO_IR 192, what new datasets are written in.</summary>
    public static CharacterSet Utf8 { get; } = new(["ISO_IR 192"], new UTF8Encoding(false), []);

    /// <summary>The defined terms, as they are written into (0008,0005).</summary>
    public IReadOnlyList<string> Terms { get; }

    /// <summary>Code extensions with escape sequences (ISO 2022).</summary>
    internal bool UsesEscapes => _elements.Length > 0;

    /// <summary>The character set of the values of (0008,0005). Unknown terms are read as the default.</summary>
    public static CharacterSet Get(params IReadOnlyList<string> terms)
    {
        ArgumentNullException.ThrowIfNull(terms);
        if (terms.Count == 0 || (terms.Count == 1 && string.IsNullOrWhiteSpace(terms[0])))
        {
            return Default;
        }

        if (terms.Count == 1 && terms[0] == "ISO_IR 192")
        {
            return Utf8;
        }

        var key = string.Join('\\', terms);
        if (Cache.TryGetValue(key, out var known))
        {
            return known;
        }

        // The key comes from files: a bound keeps strangers from filling the cache.
        var made = Make([.. terms]);
        return Cache.Count < 256 ? Cache.GetOrAdd(key, made) : made;
    }

    /// <summary>True where the term names a character set that is known here, in any of its usual spellings.</summary>
    public static bool IsKnown(string term) => string.IsNullOrWhiteSpace(term) || Normal(term) is var n && (Whole(n) is not null || n == "ISOIR6" || ElementOf(n) is not null);

    /// <summary>Text of a value field, delimiters included.</summary>
    public string Decode(ReadOnlySpan<byte> bytes)
    {
        if (Ascii.IsValid(bytes) && (_elements.Length == 0 || !bytes.Contains(Escape)))
        {
            return Encoding.ASCII.GetString(bytes);
        }

        return _whole is not null ? _whole.GetString(bytes) : DecodeEscapes(bytes);
    }

    /// <summary>Bytes of a text, without padding; characters that the set lacks become a question mark.</summary>
    public byte[] Encode(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        if (Ascii.IsValid(text))
        {
            return Encoding.ASCII.GetBytes(text);
        }

        return this == Default ? Encoding.ASCII.GetBytes(text) : _whole is not null ? _whole.GetBytes(text) : EncodeEscapes(text);
    }

    private static CharacterSet Make(string[] terms)
    {
        var normal = Array.ConvertAll(terms, Normal);
        if (terms.Length == 1 && Whole(normal[0]) is { } alone)
        {
            return new CharacterSet(terms, alone, []);
        }

        // Some writers put UTF-8 or GB18030 beside other terms although neither takes code extensions.
        if (Array.Find(normal, n => n is "ISOIR192" or "UTF8" or "GB18030" or "GBK") is { } extensionless)
        {
            return new CharacterSet(terms, Whole(extensionless)!, []);
        }

        var elements = new List<CodeElement>();
        foreach (var n in normal)
        {
            if (ElementOf(n) is { } element)
            {
                if (element == CodeElement.Katakana)
                {
                    elements.Add(CodeElement.Romaji);
                }

                elements.Add(element);
            }
            else if (elements.Count == 0)
            {
                elements.Add(CodeElement.Ascii);
            }
        }

        return elements.Count == 0 || (elements.Count == 1 && elements[0] == CodeElement.Ascii)
            ? new CharacterSet(terms, Encoding.Latin1, [])
            : new CharacterSet(terms, null, [.. elements]);
    }

    /// <summary>"ISO-IR 192", "ISO IR192" and the like become ISOIR192.</summary>
    private static string Normal(string term) => string.Concat(term.Where(char.IsAsciiLetterOrDigit)).ToUpperInvariant();

    private static CodeElement? ElementOf(string normal) =>
        normal.StartsWith("ISO2022IR", StringComparison.Ordinal) ? CodeElement.ByTerm(normal[9..])
        : normal.StartsWith("ISOIR", StringComparison.Ordinal) && normal != "ISOIR6" ? CodeElement.ByTerm(normal[5..]) : null;

    private static Encoding? Whole(string normal) => normal switch
    {
        "ISOIR192" or "UTF8" => new UTF8Encoding(false),
        "GB18030" => CodeElement.CodePage(54936),
        "GBK" or "GB2312" => CodeElement.CodePage(936),
        "ISOIR6" => Encoding.Latin1,
        "ISOIR100" or "ISO88591" or "LATIN1" => Encoding.Latin1,
        "ISOIR101" or "ISO88592" => CodeElement.CodePage(28592),
        "ISOIR109" or "ISO88593" => CodeElement.CodePage(28593),
        "ISOIR110" or "ISO88594" => CodeElement.CodePage(28594),
        "ISOIR144" or "ISO88595" => CodeElement.CodePage(28595),
        "ISOIR127" or "ISO88596" => CodeElement.CodePage(28596),
        "ISOIR126" or "ISO88597" => CodeElement.CodePage(28597),
        "ISOIR138" or "ISO88598" => CodeElement.CodePage(28598),
        "ISOIR148" or "ISO88599" => CodeElement.CodePage(28599),
        "ISOIR203" or "ISO885915" => CodeElement.CodePage(28605),
        "ISOIR166" => CodeElement.CodePage(874),
        "ISOIR13" => CodeElement.CodePage(932),
        "WINDOWS1252" or "CP1252" => CodeElement.CodePage(1252),
        "WINDOWS1251" or "CP1251" => CodeElement.CodePage(1251),
        _ => null,
    };

    /// <summary>Initial designations of the first value of (0008,0005); they come back at every delimiter (PS3.5 §6.1.2.5.3).</summary>
    private (CodeElement G0, CodeElement? G1) Initial()
    {
        var first = _elements[0];
        return first == CodeElement.Romaji ? (CodeElement.Romaji, CodeElement.Katakana)
            : first.IsG1 ? (CodeElement.Ascii, first) : (CodeElement.Ascii, null);
    }

    private string DecodeEscapes(ReadOnlySpan<byte> bytes)
    {
        var text = new StringBuilder(bytes.Length);
        var (g0, g1) = Initial();
        for (var i = 0; i < bytes.Length;)
        {
            var b = bytes[i];
            if (b == Escape)
            {
                if (CodeElement.AtEscape(bytes[i..]) is { } element)
                {
                    (g0, g1) = element.IsG1 ? (g0, element) : (element, g1);
                    i += element.Escape.Length;
                }
                else
                {
                    i++;
                }

                continue;
            }

            if (b < 0x80 && g0.Width == 1 && IsDelimiter(b))
            {
                text.Append((char)b);
                (g0, g1) = Initial();
                i++;
                continue;
            }

            var start = i;
            if (b < 0x80)
            {
                while (i < bytes.Length && bytes[i] < 0x80 && bytes[i] != Escape && (g0.Width == 2 || !IsDelimiter(bytes[i])))
                {
                    i++;
                }

                g0.Decode(bytes[start..i], text);
            }
            else
            {
                while (i < bytes.Length && bytes[i] >= 0x80)
                {
                    i++;
                }

                if (g1 is null)
                {
                    text.Append(Encoding.Latin1.GetString(bytes[start..i]));
                }
                else
                {
                    g1.Decode(bytes[start..i], text);
                }
            }
        }

        return text.ToString();
    }

    private byte[] EncodeEscapes(string text)
    {
        var bytes = new MemoryStream(text.Length * 2);
        var (start0, start1) = Initial();
        var (g0, g1) = (start0, start1);
        Span<byte> code = stackalloc byte[4];
        foreach (var c in text)
        {
            if (c < 0x80)
            {
                if (g0.Width != 1)
                {
                    bytes.Write(start0.Escape);
                    g0 = start0;
                }

                bytes.WriteByte((byte)c);
                if (IsDelimiter((byte)c))
                {
                    (g0, g1) = (start0, start1);
                }

                continue;
            }

            var written = false;
            foreach (var element in _elements)
            {
                if (!element.TryEncode([c], code, out var length))
                {
                    continue;
                }

                if (element.IsG1 ? g1 != element : g0 != element)
                {
                    bytes.Write(element.Escape);
                    (g0, g1) = element.IsG1 ? (g0, element) : (element, g1);
                }

                bytes.Write(code[..length]);
                written = true;
                break;
            }

            if (!written)
            {
                if (g0.Width != 1)
                {
                    bytes.Write(start0.Escape);
                    g0 = start0;
                }

                bytes.WriteByte((byte)'?');
            }
        }

        if (g0.Width != 1)
        {
            bytes.Write(start0.Escape);
        }

        return bytes.ToArray();
    }

    private static bool IsDelimiter(byte b) => b is (byte)'\\' or (byte)'^' or (byte)'=' or (byte)'\t' or (byte)'\n' or (byte)'\f' or (byte)'\r';
}
