using System.IO.Compression;
using System.IO.Pipelines;
using Microsoft.AspNetCore.Http;
using QureHost.DicomWeb.Http;

namespace QureHost.DicomWeb.Store;

/// <summary>A request's body as a pipe, decompressed where it came compressed, within a bound.</summary>
internal static class StoreBody
{
    public static PipeReader Open(HttpRequest request, long maxInflatedBytes)
    {
        var encoding = request.Headers.ContentEncoding.ToString().Trim().ToLowerInvariant();
        Stream? plain = encoding switch
        {
            "" or "identity" => null,
            "gzip" or "x-gzip" => new GZipStream(request.Body, CompressionMode.Decompress),
            "deflate" => new ZLibStream(request.Body, CompressionMode.Decompress),
            "br" => new BrotliStream(request.Body, CompressionMode.Decompress),
            _ => throw Problem.UnsupportedMediaType($"Content-Encoding '{encoding}' is not understood: gzip, deflate, br or none."),
        };
        return plain is null ? request.BodyReader : PipeReader.Create(new BoundedStream(plain, maxInflatedBytes), new StreamPipeReaderOptions(bufferSize: 64 * 1024));
    }

    /// <summary>A few kilobytes can expand to a full disk: more than the bound is refused.</summary>
    private sealed class BoundedStream(Stream inner, long left) : Stream
    {
        public override bool CanRead => true;

        public override bool CanSeek => false;

        public override bool CanWrite => false;

        public override long Length => throw new NotSupportedException();

        public override long Position { get => throw new NotSupportedException(); set => throw new NotSupportedException(); }

        public override int Read(byte[] buffer, int offset, int count) => Count(inner.Read(buffer, offset, count));

        public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default) =>
            Count(await inner.ReadAsync(buffer, cancellationToken));

        public override void Flush() => throw new NotSupportedException();

        public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

        public override void SetLength(long value) => throw new NotSupportedException();

        public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

        protected override void Dispose(bool disposing)
        {
            if (disposing)
            {
                inner.Dispose();
            }

            base.Dispose(disposing);
        }

        private int Count(int read)
        {
            left -= read;
            return left >= 0 ? read : throw new ProblemException(StatusCodes.Status413PayloadTooLarge, "The compressed body expands to more than this server takes.");
        }
    }
}
