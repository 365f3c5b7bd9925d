using System.Text;

namespace QureHost.Dicom;

/// <summary>Decimal strings (PS3.5 §6.2, DS and IS) and the numbers of JSON (RFC 8259 §6).</summary>
internal static class JsonNumbers
{
    /// <summary>-?(0|[1-9]\d*)(\.\d+)?([eE][+-]?\d+)?</summary>
    public static bool IsNumber(ReadOnlySpan<byte> text)
    {
        var i = text.Length > 0 && text[0] == '-' ? 1 : 0;
        var whole = Digits(text, ref i);
        if (whole == 0 || (whole > 1 && text[i - whole] == '0'))
        {
            return false;
        }

        if (i < text.Length && text[i] == '.')
        {
            i++;
            if (Digits(text, ref i) == 0)
            {
                return false;
            }
        }

        if (i < text.Length && text[i] is (byte)'e' or (byte)'E')
        {
            i++;
            if (i < text.Length && text[i] is (byte)'+' or (byte)'-')
            {
                i++;
            }

            if (Digits(text, ref i) == 0)
            {
                return false;
            }
        }

        return i == text.Length;
    }

    /// <summary>The same number in JSON's spelling.</summary>
    public static bool TryRespell(ReadOnlySpan<byte> text, out string json)
    {
        json = "";
        var s = Encoding.Latin1.GetString(text);
        var sign = "";
        if (s[0] is '+' or '-')
        {
            sign = s[0] == '-' ? "-" : "";
            s = s[1..];
        }

        var e = s.AsSpan().IndexOfAny('e', 'E');
        var mantissa = e < 0 ? s : s[..e];
        var point = mantissa.IndexOf('.', StringComparison.Ordinal);
        var whole = (point < 0 ? mantissa : mantissa[..point]).TrimStart('0');
        var fraction = point < 0 ? "" : mantissa[(point + 1)..];
        if (mantissa.Length == 0 || mantissa == ".")
        {
            return false;
        }

        json = sign + (whole.Length == 0 ? "0" : whole) + (fraction.Length == 0 ? "" : "." + fraction) + (e < 0 ? "" : s[e..]);
        return IsNumber(Encoding.Latin1.GetBytes(json));
    }

    private static int Digits(ReadOnlySpan<byte> text, ref int i)
    {
        var start = i;
        while (i < text.Length && text[i] is >= (byte)'0' and <= (byte)'9')
        {
            i++;
        }

        return i - start;
    }
}
