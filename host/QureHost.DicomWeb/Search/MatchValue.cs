using System.Globalization;
using QureHost.Dicom;
using QureHost.DicomWeb.Http;

namespace QureHost.DicomWeb.Search;

/// <summary>Checks the value of a matching key against its VR (PS3.5 §6.2, PS3.4 §C.2.2.2): a typing error must not look like "no such study".</summary>
internal static class MatchValue
{
    private const int MaxLength = 10_240;

    public static void Check(string name, DicomVr vr, string value)
    {
        if (value.Length > MaxLength || value.Contains('\0'))
        {
            throw Problem.BadRequest($"The value of '{name}' is too long or holds a NUL.");
        }

        if (value.Length == 0)
        {
            return; // universal matching
        }

        var fits = vr switch
        {
            DicomVr.DA => IsRange(value, IsDate),
            DicomVr.TM => IsRange(value, IsTime),
            DicomVr.DT => IsDateTimeRange(value),
            DicomVr.UI => value.All(c => char.IsAsciiDigit(c) || c is '.' or ',' or '\\' or '*' or ' '),
            DicomVr.US or DicomVr.UL or DicomVr.SS or DicomVr.SL or DicomVr.IS =>
                long.TryParse(value, NumberStyles.AllowLeadingSign | NumberStyles.AllowLeadingWhite | NumberStyles.AllowTrailingWhite, CultureInfo.InvariantCulture, out _) || value.Contains('*'),
            _ => true,
        };
        if (!fits)
        {
            throw Problem.BadRequest($"The value of '{name}' is no {vr}.");
        }
    }

    private static bool IsRange(string value, Func<string, bool> isOne)
    {
        var dash = value.IndexOf('-');
        return dash < 0
            ? isOne(value)
            : (dash > 0 || dash < value.Length - 1)
                && (dash == 0 || isOne(value[..dash]))
                && (dash == value.Length - 1 || isOne(value[(dash + 1)..]));
    }

    // YYYYMMDD, or YYYY.MM.DD of ACR-NEMA.
    private static bool IsDate(string value) =>
        DateOnly.TryParseExact(value.Trim(), ["yyyyMMdd", "yyyy.MM.dd"], CultureInfo.InvariantCulture, DateTimeStyles.None, out _);

    // HH, HHMM, HHMMSS, HHMMSS.F to HHMMSS.FFFFFF; with colons of ACR-NEMA.
    private static bool IsTime(string value)
    {
        var text = value.Trim().Replace(":", "");
        var dot = text.IndexOf('.');
        var whole = dot < 0 ? text : text[..dot];
        return whole.Length is 2 or 4 or 6
            && (dot < 0 || (whole.Length == 6 && text.Length - dot is > 1 and <= 7 && text[(dot + 1)..].All(char.IsAsciiDigit)))
            && whole.All(char.IsAsciiDigit)
            && Two(whole, 0) < 24 && Two(whole, 2) < 60 && Two(whole, 4) < 61;
    }

    private static int Two(string text, int at) => at < text.Length ? ((text[at] - '0') * 10) + text[at + 1] - '0' : 0;

    // A dash may be an offset from UTC as well as the range's: only what certainly is neither is refused.
    private static bool IsDateTimeRange(string value) => value.All(c => char.IsAsciiDigit(c) || c is '.' or '-' or '+' or ' ' or ':');
}
