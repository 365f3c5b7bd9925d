namespace QureHost.DicomWeb.Negotiation;

/// <summary>A form in which the server can answer: a media type, as parts of a multipart or alone.</summary>
public sealed record Offer(string Type, bool Multipart = false)
{
    public static Offer Json { get; } = new(MediaTypes.DicomJson);

    public static Offer PlainJson { get; } = new(MediaTypes.Json);

    public static Offer XmlParts { get; } = new(MediaTypes.DicomXml, Multipart: true);

    public static Offer Xml { get; } = new(MediaTypes.DicomXml);
}
