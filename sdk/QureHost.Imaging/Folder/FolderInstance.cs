using QureHost.Dicom;

namespace QureHost.Imaging;

/// <summary>One Part 10 file of a folder: its dataset without bulk, and where its frames are.</summary>
internal sealed record FolderInstance(string Path, DicomIdentity Identity, DicomFile File)
{
    public DicomDataset Dataset => File.Dataset;

    public int Frames => File.Pixels?.Frames.Count ?? 0;

    /// <summary>Reads the file's header; null where it is no storable DICOM object.</summary>
    public static async ValueTask<FolderInstance?> OpenAsync(string path, CancellationToken ct)
    {
        try
        {
            await using var stream = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read, 1, FileOptions.Asynchronous);
            var file = await DicomFile.ReadAsync(stream, null, ct).ConfigureAwait(false);
            return DicomIdentity.TryRead(file.Dataset, out var identity, out _) ? new FolderInstance(path, identity, file) : null;
        }
        catch (DicomFormatException)
        {
            return null;
        }
    }

    /// <summary>The bytes of one frame.</summary>
    public async ValueTask<FrameData> FrameAsync(int frame, CancellationToken ct)
    {
        var pixels = File.Pixels!;
        var range = pixels.Frames[frame];
        var bytes = new byte[range.Length];
        var at = 0;
        if (File.Inflated is { } inflated)
        {
            foreach (var piece in range.Pieces)
            {
                inflated.Slice((int)piece.Offset, (int)piece.Length).CopyTo(bytes.AsMemory(at));
                at += (int)piece.Length;
            }
        }
        else
        {
            using var handle = System.IO.File.OpenHandle(Path, options: FileOptions.Asynchronous);
            foreach (var piece in range.Pieces)
            {
                var part = bytes.AsMemory(at, (int)piece.Length);
                var read = 0;
                while (read < part.Length)
                {
                    var n = await RandomAccess.ReadAsync(handle, part[read..], piece.Offset + read, ct).ConfigureAwait(false);
                    read += n > 0 ? n : throw new EndOfStreamException();
                }

                at += part.Length;
            }
        }

        return new FrameData(bytes, File.TransferSyntax, frame, pixels.Tag, pixels.Vr, range.BitOffset);
    }
}
