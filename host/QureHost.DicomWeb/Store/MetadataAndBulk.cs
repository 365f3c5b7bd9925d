using System.Buffers;
using System.IO.Pipelines;
using System.Text.Json;
using Microsoft.AspNetCore.Http;
using QureHost.Dicom;
using QureHost.DicomWeb.Http;
using QureHost.DicomWeb.Multipart;
using QureHost.DicomWeb.Negotiation;
using QureHost.DicomWeb.Xml;

namespace QureHost.DicomWeb.Store;

/// <summary>
/// Instances that come as DICOM JSON with their bulk data in parts of their own, found by Content-Location (PS3.18 §8.6.2 and
/// §10.5.1.2). They are held in memory until the last part, as any part may belong to any instance: hence a bound.
/// </summary>
internal sealed class MetadataAndBulk(int maxBytes)
{
    private readonly Dictionary<string, byte[]> _bulk = new(StringComparer.Ordinal);
    private readonly List<(byte[] Json, string? Syntax)> _metadata = [];
    private long _bytes;

    public async Task ReadAsync(MultipartReader reader, CancellationToken cancellationToken)
    {
        while (await reader.NextAsync(cancellationToken) is { } part)
        {
            var type = MediaType.Parse(part.Headers.ContentType);
            var body = await BytesAsync(part, cancellationToken);
            if (type?.Name is MediaTypes.DicomJson or MediaTypes.Json)
            {
                _metadata.Add((body, type["transfer-syntax"]));
            }
            else if (part.Headers.ContentLocation is { } location)
            {
                _bulk[location] = body;
            }
            else
            {
                throw Problem.BadRequest("A part of bulk data has no Content-Location to find it by.");
            }
        }
    }

    /// <summary>The instances as Part 10 files.</summary>
    public IEnumerable<byte[]> Files()
    {
        foreach (var (json, syntax) in _metadata)
        {
            foreach (var dataset in Datasets(json))
            {
                yield return File(dataset, syntax);
            }
        }
    }

    private static JsonElement[] Datasets(byte[] json)
    {
        try
        {
            var root = JsonDocument.Parse(json, new JsonDocumentOptions { MaxDepth = NativeModel.MaxDepth }).RootElement;
            return root.ValueKind == JsonValueKind.Array ? [.. root.EnumerateArray()] : [root];
        }
        catch (JsonException e)
        {
            throw Problem.BadRequest("The metadata part is no JSON: " + e.Message);
        }
    }

    private byte[] File(JsonElement json, string? partSyntax)
    {
        try
        {
            var dataset = DicomJson.Read(json, uri => _bulk.TryGetValue(uri, out var bytes) ? bytes : (ReadOnlyMemory<byte>?)null);
            var uid = dataset.GetString(DicomTags.TransferSyntaxUID) ?? dataset.GetString(DicomTags.AvailableTransferSyntaxUID) ?? partSyntax;
            var syntax = uid is null ? TransferSyntax.ExplicitLittleEndian : TransferSyntax.ForUid(uid);
            foreach (var tag in dataset.Select(e => e.Tag).Where(t => t.Group == 2).ToArray())
            {
                dataset.Remove(tag); // file meta information is made anew
            }

            if (syntax.IsEncapsulated && dataset[DicomTags.PixelData] is DicomValue frame)
            {
                if ((dataset.GetInt32(DicomTags.NumberOfFrames) ?? 1) != 1)
                {
                    throw Problem.BadRequest("Compressed frames of a multi-frame instance cannot be told apart in one bulk part; send application/dicom.");
                }

                dataset.Set(new DicomFragments(DicomTags.PixelData, DicomVr.OB, [frame.Bytes]));
            }

            return DicomFile.ToBytes(dataset, syntax);
        }
        catch (Exception e) when (e is DicomFormatException or ArgumentException)
        {
            throw Problem.BadRequest("The metadata make no instance: " + e.Message);
        }
    }

    private async ValueTask<byte[]> BytesAsync(PipeReader part, CancellationToken cancellationToken)
    {
        using var bytes = new MemoryStream();
        while (true)
        {
            var read = await part.ReadAsync(cancellationToken);
            _bytes += read.Buffer.Length;
            if (_bytes > maxBytes)
            {
                throw new ProblemException(StatusCodes.Status413PayloadTooLarge, $"Metadata with bulk data may have {maxBytes} bytes in all; send application/dicom, which is streamed.");
            }

            foreach (var piece in read.Buffer)
            {
                bytes.Write(piece.Span);
            }

            part.AdvanceTo(read.Buffer.End);
            if (read.IsCompleted)
            {
                return bytes.ToArray();
            }
        }
    }
}
