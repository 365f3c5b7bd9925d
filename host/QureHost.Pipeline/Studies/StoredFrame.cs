using QureHost.Dicom;
using QureHost.Imaging;
using QureHost.Sdk.Studies;

namespace QureHost.Pipeline;

/// <summary>Reads one frame's bytes out of a stored Part 10 stream, and nothing else of its pixel data.</summary>
internal static class StoredFrame
{
    public static async ValueTask<FrameData> ReadAsync(DicomFile file, Stream part10, int frame, CancellationToken ct)
    {
        if (file.Pixels is not { } pixels)
        {
            throw new PixelsUnavailableException("The object has no pixels.");
        }

        if (frame < 0 || frame >= pixels.Frames.Count)
        {
            throw new PixelsUnavailableException(pixels.Problem ?? $"The object has {pixels.Frames.Count} frames; there is no frame {frame}.");
        }

        var range = pixels.Frames[frame];
        var bytes = new byte[range.Length];
        var at = 0;
        foreach (var piece in range.Pieces)
        {
            var part = bytes.AsMemory(at, (int)piece.Length);
            if (file.Inflated is { } inflated)
            {
                inflated.Slice((int)piece.Offset, part.Length).CopyTo(part);
            }
            else
            {
                part10.Position = piece.Offset;
                await part10.ReadExactlyAsync(part, ct);
            }

            at += part.Length;
        }

        return new FrameData(bytes, file.TransferSyntax, frame, pixels.Tag, pixels.Vr, range.BitOffset);
    }
}
