using System.IO.Pipelines;
using QureHost.Dicom.Codecs;

namespace QureHost.DicomWeb.Retrieve;

/// <summary>A frame that is decoded when its turn comes, so that a long list holds one frame in memory.</summary>
internal sealed class DecodedFrameBody(LoadedInstance loaded, PixelFormat format, int frame, SemaphoreSlim decoders) : IFrameBody
{
    private DecodedFrame? _first;

    public long Length => format.FrameBytes;

    /// <summary>Decodes before the answer begins: damaged data become an error, not half an answer.</summary>
    public async ValueTask PrepareAsync(CancellationToken cancellationToken)
    {
        await decoders.WaitAsync(cancellationToken);
        try
        {
            _first = FrameDecoder.Decode(loaded.File.TransferSyntax, loaded.StoredFrame(frame), format);
        }
        finally
        {
            decoders.Release();
        }
    }

    public async ValueTask SendAsync(PipeWriter output, CancellationToken cancellationToken)
    {
        if (_first is null)
        {
            await PrepareAsync(cancellationToken);
        }

        await new MadeFrame(_first!.Samples).SendAsync(output, cancellationToken);
        _first = null;
    }
}
