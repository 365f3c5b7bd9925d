using System.Globalization;
using System.Numerics;

namespace QureHost.Dicom;

/// <summary>Unique identifiers (PS3.5 §9).</summary>
public static class DicomUid
{
    /// <summary>Implementation Class UID of this library: fixed, made once under 2.25 (PS3.5 §B.2).</summary>
    public const string Implementation = "2.25.313107592340182370561047291937562210481";

    /// <summary>Implementation Version Name, 16 characters at most (PS3.7 §D.3.3.2).</summary>
    public const string ImplementationVersion = "QUREHOST_0_1";

    /// <summary>A new UID from a random UUID (PS3.5 §B.2): <c>2.25.</c> and a decimal number.</summary>
    public static string New() => FromGuid(Guid.NewGuid());

    /// <summary>The UID of a UUID.</summary>
    public static string FromGuid(Guid guid)
    {
        Span<byte> bytes = stackalloc byte[16];
        guid.TryWriteBytes(bytes, bigEndian: true, out _);
        return "2.25." + new BigInteger(bytes, isUnsigned: true, isBigEndian: true).ToString(CultureInfo.InvariantCulture);
    }

    /// <summary>Up to 64 characters: numbers without leading zeros, joined by dots (PS3.5 §9.1).</summary>
    public static bool IsValid(ReadOnlySpan<char> uid)
    {
        if (uid.Length is 0 or > 64)
        {
            return false;
        }

        var start = 0;
        for (var i = 0; i <= uid.Length; i++)
        {
            if (i == uid.Length || uid[i] == '.')
            {
                if (i == start || (uid[start] == '0' && i - start > 1))
                {
                    return false;
                }

                start = i + 1;
            }
            else if (!char.IsAsciiDigit(uid[i]))
            {
                return false;
            }
        }

        return true;
    }

    /// <summary>
    /// Fit to be a key although not conformant: 1 to 64 characters out of letters, digits, dot, dash and underscore.
    /// Scanners exist that write such identifiers; refusing them would lose images.
    /// </summary>
    public static bool IsUsable(ReadOnlySpan<char> uid)
    {
        if (uid.Length is 0 or > 64)
        {
            return false;
        }

        foreach (var c in uid)
        {
            if (!char.IsAsciiLetterOrDigit(c) && c is not ('.' or '-' or '_'))
            {
                return false;
            }
        }

        return uid.ContainsAnyExcept('.');
    }
}
