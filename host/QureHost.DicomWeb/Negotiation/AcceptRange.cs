using System.Globalization;

namespace QureHost.DicomWeb.Negotiation;

/// <summary>One thing that the client takes: a media type or a wildcard, in a multipart or alone, with its weight.</summary>
/// <param name="Type">Of the content, or of the parts where <paramref name="Multipart"/>; <c>*/*</c>, <c>image/*</c> possible.</param>
/// <param name="Multipart">True: multipart only; false: single part only; null: both (<c>*/*</c>).</param>
/// <param name="TransferSyntax">UID, <c>*</c> (as stored), or null where the client says nothing.</param>
/// <param name="Quality">RFC 9110 §12.4.2, 0 (never) to 1.</param>
public sealed record AcceptRange(string Type, bool? Multipart, string? TransferSyntax, double Quality)
{
    /// <summary>What a request without Accept means.</summary>
    public static AcceptRange Anything { get; } = new("*/*", null, null, 1);

    /// <summary>True where nothing about the content was said.</summary>
    public bool IsAnything => Type == "*/*" && Multipart is null;

    internal static AcceptRange From(MediaType type)
    {
        var quality = type["q"] is { } q && double.TryParse(q, NumberStyles.Float, CultureInfo.InvariantCulture, out var v) && double.IsFinite(v)
            ? Math.Clamp(v, 0, 1)
            : 1;
        var syntax = type["transfer-syntax"] is { Length: > 0 } t ? t : null;
        return type.Name switch
        {
            "*/*" => new AcceptRange("*/*", null, syntax, quality),
            "multipart/related" or "multipart/*" => new AcceptRange(Inner(type), true, syntax, quality),
            _ => new AcceptRange(type.Name, false, syntax, quality),
        };
    }

    /// <summary>How closely the range names an offer: 0 not at all, 1 by <c>*/*</c>, 2 by name or by <c>image/*</c>.</summary>
    internal int Closeness(string type, bool multipart)
    {
        if (Multipart is { } only && only != multipart)
        {
            return 0;
        }

        if (Type == "*/*")
        {
            return Multipart is null ? 1 : 2;
        }

        return Type == type || (Type.EndsWith("/*", StringComparison.Ordinal) && type.AsSpan().StartsWith(Type.AsSpan(0, Type.Length - 1))) ? 2 : 0;
    }

    private static string Inner(MediaType type) => type["type"] is { Length: > 0 } inner ? inner.ToLowerInvariant() : "*/*";
}
