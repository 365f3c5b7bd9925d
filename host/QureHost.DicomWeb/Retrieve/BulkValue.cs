using System.Buffers;
using System.IO.Pipelines;
using QureHost.Dicom;

namespace QureHost.DicomWeb.Retrieve;

/// <summary>A value's bytes, little endian, from memory or from the object.</summary>
internal sealed class BulkValue(DicomFile file, DicomElement element, long origin, ObjectHandles.Lease lease, string? path = null)
{
    public string? Path => path;

    public long Length { get; } = element switch
    {
        DicomValue value => value.Bytes.Length,
        DicomBulk bulk => bulk.Length,
        _ => 0,
    };

    public async ValueTask SendAsync(long offset, long length, PipeWriter output, CancellationToken cancellationToken)
    {
        if (element is DicomBulk bulk && file.Inflated is null && !(file.TransferSyntax.IsBigEndian && element.Vr.Size() > 1))
        {
            await ObjectBytes.SendAsync(lease.Handle, origin + bulk.Offset + offset, length, output, cancellationToken);
            return;
        }

        var bytes = Bytes().Slice((int)offset, (int)length);
        for (var at = 0; at < bytes.Length; at += ObjectBytes.Block)
        {
            output.Write(bytes.Span.Slice(at, Math.Min(ObjectBytes.Block, bytes.Length - at)));
            await output.FlushAsync(cancellationToken);
        }
    }

    private ReadOnlyMemory<byte> Bytes()
    {
        if (element is not DicomBulk bulk)
        {
            return ((DicomValue)element).Bytes;
        }

        if (file.Inflated is { } inflated)
        {
            return inflated.Slice((int)bulk.Offset, (int)bulk.Length);
        }

        var bytes = ObjectBytes.Read(lease.Handle, origin + bulk.Offset, bulk.Length);
        ByteOrder.Reverse(bytes, element.Vr.Size());
        return bytes;
    }
}
