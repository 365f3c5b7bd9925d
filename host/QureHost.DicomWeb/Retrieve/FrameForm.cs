using QureHost.Archive;
using Syntax = QureHost.Dicom.TransferSyntax;
using QureHost.DicomWeb.Negotiation;

namespace QureHost.DicomWeb.Retrieve;

/// <summary>In which form frames leave: as they are stored, or decoded to explicit little endian.</summary>
/// <param name="Multipart">Parts of a multipart, or one frame alone.</param>
/// <param name="Type">Media type of a frame.</param>
/// <param name="TransferSyntax">What the bytes are.</param>
/// <param name="AsStored">False: they have to be decoded.</param>
internal sealed record FrameForm(bool Multipart, string Type, string TransferSyntax, bool AsStored)
{
    public string PartType => $"{Type}; transfer-syntax={TransferSyntax}";

    /// <summary>
    /// The first form that the client takes and the server has (PS3.18 §8.7.3.4): without a transfer syntax octets are
    /// explicit little endian, with <c>*</c> they are what is stored. Null: 406.
    /// </summary>
    public static FrameForm? Choose(AcceptList accept, InstanceRow row, int frames, bool canDecode)
    {
        var stored = Syntax.ForUid(row.TransferSyntaxUid);
        foreach (var range in accept.Ranges)
        {
            if (range.Quality > 0 && (range.Multipart != false || frames == 1) && Of(range, stored, canDecode) is { } form)
            {
                return form;
            }
        }

        return null;
    }

    private static FrameForm? Of(AcceptRange range, Syntax stored, bool canDecode)
    {
        var multipart = range.Multipart ?? true;
        var storedType = MediaTypes.OfFrame(stored.Uid);
        var wantsStored = range.TransferSyntax is null or "*" || range.TransferSyntax == stored.Uid;
        if (range.Type == MediaTypes.OctetStream)
        {
            if (range.TransferSyntax is "*" || range.TransferSyntax == stored.Uid || IsPlain(stored, range.TransferSyntax))
            {
                return new FrameForm(multipart, MediaTypes.OctetStream, OctetSyntax(stored, range.TransferSyntax), AsStored: true);
            }

            return IsExplicit(range.TransferSyntax) && canDecode ? Decoded(multipart) : null;
        }

        if (range.Closeness(storedType, multipart) > 0 && wantsStored)
        {
            return new FrameForm(multipart, storedType, OctetSyntax(stored, range.TransferSyntax), AsStored: true);
        }

        return range.Type == "*/*" && IsExplicit(range.TransferSyntax) && range.TransferSyntax is not null && canDecode ? Decoded(multipart) : null;
    }

    private static FrameForm Decoded(bool multipart) =>
        new(multipart, MediaTypes.OctetStream, Syntax.ExplicitLittleEndian.Uid, AsStored: false);

    private static bool IsExplicit(string? syntax) => syntax is null || syntax == Syntax.ExplicitLittleEndian.Uid;

    // Frames of implicit and explicit little endian are the same bytes.
    private static bool IsPlain(Syntax stored, string? wanted) =>
        stored is { IsEncapsulated: false, IsBigEndian: false, IsDeflated: false } && IsExplicit(wanted);

    private static string OctetSyntax(Syntax stored, string? wanted) =>
        stored.Uid == Syntax.ImplicitLittleEndian.Uid && wanted != stored.Uid ? Syntax.ExplicitLittleEndian.Uid : stored.Uid;
}
