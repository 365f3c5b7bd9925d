using System.Buffers.Binary;

namespace QureHost.Dicom;

/// <summary>Everything before the dataset: preamble, prefix, file meta information (PS3.10 §7.1), or the lack of them.</summary>
internal static class FileHead
{
    /// <summary>Enough to see what a file starts with.</summary>
    public const int Glance = 256;

    /// <summary>Where the first element is.</summary>
    public static long FirstElement(ReadOnlySpan<byte> start)
    {
        if (start.Length >= 132 && start[128..].StartsWith("DICM"u8))
        {
            return 132;
        }

        if (start.StartsWith("DICM"u8))
        {
            return 4;
        }

        // A preamble whose prefix is missing, with file meta information behind it.
        return start.Length > 140 && !EncodingGuess.LooksLikeDataset(start, out _, out _) && IsMeta(start[128..]) ? 128
            : EncodingGuess.LooksLikeDataset(start, out _, out _) ? 0 : throw new DicomFormatException("This is not a DICOM file", 0);
    }

    /// <summary>File meta information starts here; in implicit VR where a writer got it wrong.</summary>
    public static bool IsMeta(ReadOnlySpan<byte> at) => at.Length >= 8 && BinaryPrimitives.ReadUInt16LittleEndian(at) == 2;

    /// <summary>
    /// The encoding of the dataset: what Transfer Syntax UID says, corrected where the first element shows another VR
    /// encoding; guessed where nothing is said.
    /// </summary>
    public static TransferSyntax Encoding(string? transferSyntaxUid, ReadOnlySpan<byte> first, long offset, out bool isExplicit)
    {
        if (string.IsNullOrEmpty(transferSyntaxUid))
        {
            if (first.IsEmpty)
            {
                isExplicit = true;
                return TransferSyntax.ExplicitLittleEndian;
            }

            if (!EncodingGuess.LooksLikeDataset(first, out isExplicit, out var isBigEndian))
            {
                throw new DicomFormatException("There is no transfer syntax, and what follows is no dataset", offset);
            }

            return isBigEndian ? TransferSyntax.ExplicitBigEndian : isExplicit ? TransferSyntax.ExplicitLittleEndian : TransferSyntax.ImplicitLittleEndian;
        }

        var syntax = TransferSyntax.ForUid(transferSyntaxUid);
        isExplicit = syntax.IsExplicitVr;
        if (first.Length >= 8 && !syntax.IsDeflated)
        {
            // Two capital letters may be a VR of a later edition.
            var looksExplicit = EncodingGuess.LooksExplicit(first) || (isExplicit && char.IsAsciiLetterUpper((char)first[4]) && char.IsAsciiLetterUpper((char)first[5]));
            if (looksExplicit != isExplicit && EncodingGuess.LooksLikeDataset(first, out var seen, out var big) && big == syntax.IsBigEndian && seen == looksExplicit)
            {
                isExplicit = looksExplicit;
            }
            else if (syntax.IsBigEndian && BinaryPrimitives.ReadUInt16BigEndian(first) > 0x0100)
            {
                throw new DicomFormatException("The transfer syntax says big endian, the dataset is not", offset);
            }
        }

        return syntax;
    }
}
