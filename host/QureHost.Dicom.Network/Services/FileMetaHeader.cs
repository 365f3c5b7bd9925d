namespace QureHost.Dicom.Network.Services;

/// <summary>Preamble and file meta information for a data set that came over the network (PS3.10 §7.1).</summary>
internal static class FileMetaHeader
{
    private const int Preamble = 128;

    public static byte[] Write(string sopClass, string sopInstance, string transferSyntax, string sourceAe)
    {
        // A calling AE title is the peer's own text: what PS3.5 §6.2 does not allow in an AE is left out of the file.
        var source = sourceAe.AsSpan().ContainsAnyExceptInRange(' ', '~') || sourceAe.Contains('\\') ? null : sourceAe;
        var meta = DicomFile.MetaBytes(sopClass, sopInstance, TransferSyntax.ForUid(transferSyntax), source);
        var header = new byte[Preamble + 4 + meta.Length];
        "DICM"u8.CopyTo(header.AsSpan(Preamble));
        meta.CopyTo(header, Preamble + 4);
        return header;
    }
}
