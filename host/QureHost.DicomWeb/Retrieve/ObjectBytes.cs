using System.IO.Pipelines;
using Microsoft.Win32.SafeHandles;

namespace QureHost.DicomWeb.Retrieve;

/// <summary>
/// Sends bytes of an object from the page cache straight into the response's buffers: one copy, no allocation. Positioned reads
/// are synchronous on purpose: on a file they only ever move to a thread of the pool, at several times their own cost.
/// </summary>
internal static class ObjectBytes
{
    public const int Block = 64 * 1024;

    public static async ValueTask SendAsync(SafeFileHandle handle, long offset, long length, PipeWriter output, CancellationToken cancellationToken)
    {
        while (length > 0)
        {
            var want = (int)Math.Min(length, Block);
            var read = RandomAccess.Read(handle, output.GetSpan(want)[..want], offset);
            if (read == 0)
            {
                throw new EndOfStreamException("An object is shorter than the index says.");
            }

            output.Advance(read);
            offset += read;
            length -= read;
            var flush = await output.FlushAsync(cancellationToken);
            if (flush.IsCompleted)
            {
                return; // the client went away
            }
        }
    }

    /// <summary>Reads a range whole; only for lengths that the index gave for bytes that are there.</summary>
    public static byte[] Read(SafeFileHandle handle, long offset, long length)
    {
        var present = Math.Max(0, RandomAccess.GetLength(handle) - offset);
        var bytes = new byte[Math.Min(length, present)];
        var at = 0;
        while (at < bytes.Length && RandomAccess.Read(handle, bytes.AsSpan(at), offset + at) is > 0 and var read)
        {
            at += read;
        }

        return at == length ? bytes : throw new EndOfStreamException("An object is shorter than the index says.");
    }
}
