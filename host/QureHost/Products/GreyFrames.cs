using QureHost.Archive;
using QureHost.Dicom;
using QureHost.Imaging;
using QureHost.Results;
using QureHost.Sdk.Studies;

namespace QureHost.Products;

/// <summary>Stored frames as a reader sees them, 8-bit grey, for captures.</summary>
internal sealed class GreyFrames(ArchiveStore archive)
{
    /// <summary>The frame, or null where it has no pixels, they cannot be decoded, or they are in colour.</summary>
    public async ValueTask<GreyImage?> ReadAsync(InstanceRow row, int frame, CancellationToken ct)
    {
        await using var stream = archive.Objects.OpenPart10(row);
        var file = await DicomFile.ReadAsync(stream, null, ct);
        if (file.Pixels is not { } pixels || frame < 0 || frame >= pixels.Frames.Count)
        {
            return null;
        }

        var range = pixels.Frames[frame];
        var bytes = new byte[range.Length];
        var at = 0;
        foreach (var piece in range.Pieces)
        {
            var part = bytes.AsMemory(at, (int)piece.Length);
            if (file.Inflated is { } inflated)
            {
                inflated.Slice((int)piece.Offset, (int)piece.Length).CopyTo(part);
            }
            else
            {
                stream.Position = piece.Offset;
                await stream.ReadExactlyAsync(part, ct);
            }

            at += part.Length;
        }

        try
        {
            var image = DisplayRenderer.Render8Bit(file.Dataset, new FrameData(bytes, file.TransferSyntax, frame, pixels.Tag, pixels.Vr, range.BitOffset));
            return image.Channels == 1 ? new GreyImage(image.Height, image.Width, image.Pixels) : null;
        }
        catch (PixelsUnavailableException)
        {
            return null;
        }
    }
}
