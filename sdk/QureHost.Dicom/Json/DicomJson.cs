using System.Text.Encodings.Web;
using System.Text.Json;

namespace QureHost.Dicom;

/// <summary>Where a client finds the bytes of an element, or null to give them inline (or not at all for values left in a file).</summary>
/// <param name="element">A <see cref="DicomBulk"/>, <see cref="DicomFragments"/>, or a value of more than <see cref="DicomJson.InlineLimit"/> bytes.</param>
/// <param name="path">Its place: <c>7FE00010</c>, or <c>00540220/0/00091010</c> in an item; see <see cref="DicomJson.Find"/>.</param>
public delegate string? BulkDataUri(DicomElement element, string path);

/// <summary>The DICOM JSON Model (PS3.18 annex F).</summary>
public static partial class DicomJson
{
    /// <summary>Byte values longer than this are offered to the <see cref="BulkDataUri"/> callback before they are put inline.</summary>
    public const int InlineLimit = 1024;

    /// <summary>Media type of the model.</summary>
    public const string MediaType = "application/dicom+json";

    /// <summary>For writers and documents: deep enough for the deepest dataset that is read, text as it is.</summary>
    public static JsonWriterOptions WriterOptions { get; } = new()
    {
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
        MaxDepth = 4096,
        SkipValidation = true,
    };

    /// <summary>Writes a dataset as one JSON object.</summary>
    public static void Write(Utf8JsonWriter writer, DicomDataset dataset, BulkDataUri? bulk = null)
    {
        ArgumentNullException.ThrowIfNull(writer);
        ArgumentNullException.ThrowIfNull(dataset);
        new JsonDatasetWriter(writer, bulk).Write(dataset);
    }

    /// <summary>A dataset as UTF-8 JSON.</summary>
    public static byte[] ToBytes(DicomDataset dataset, BulkDataUri? bulk = null)
    {
        var output = new System.Buffers.ArrayBufferWriter<byte>(4096);
        using (var writer = new Utf8JsonWriter(output, WriterOptions))
        {
            Write(writer, dataset, bulk);
        }

        return output.WrittenSpan.ToArray();
    }

    /// <summary>The element at a path that was handed to <see cref="BulkDataUri"/>, or null.</summary>
    public static DicomElement? Find(DicomDataset dataset, string path)
    {
        ArgumentNullException.ThrowIfNull(dataset);
        ArgumentNullException.ThrowIfNull(path);
        var steps = path.Split('/');
        for (var i = 0; ; i += 2)
        {
            if (steps[i].Length != 8 || !DicomTag.TryParse(steps[i], out var tag))
            {
                return null;
            }

            if (i + 1 >= steps.Length)
            {
                return dataset[tag];
            }

            var items = dataset.GetItems(tag);
            if (i + 2 >= steps.Length || !int.TryParse(steps[i + 1], System.Globalization.NumberStyles.None, null, out var item) || item >= items.Count)
            {
                return null;
            }

            dataset = items[item];
        }
    }
}
