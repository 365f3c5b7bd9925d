namespace QureHost.Dicom.Network.Dimse;

/// <summary>A received message.</summary>
/// <param name="Context">The presentation context that it came on.</param>
/// <param name="Command">Its command set.</param>
/// <param name="DataSet">Its data set as it comes from the wire, or null; read before the next message is asked for.</param>
public sealed record DimseMessage(PresentationContext Context, CommandSet Command, Stream? DataSet);

/// <summary>Header of a presentation data value (PS3.8 §9.3.5.1, Annex E).</summary>
internal readonly record struct Pdv(byte Context, byte Control, long Length)
{
    public const byte Command = 1;
    public const byte Last = 2;

    public bool IsCommand => (Control & Command) != 0;

    public bool IsLast => (Control & Last) != 0;
}
