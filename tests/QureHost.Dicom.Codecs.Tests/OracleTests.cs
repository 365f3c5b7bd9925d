using System.Globalization;
using QureHost.Testing;

namespace QureHost.Dicom.Codecs.Tests;

/// <summary>Every compressed file of the corpus, against what dcmtk (JPEG, RLE) and gdcm (JPEG-LS, JPEG 2000) make of it.</summary>
public sealed class OracleTests
{
    [Fact]
    public void Given_the_corpus_lossless_frames_are_bit_exact_and_lossy_ones_close_to_what_other_decoders_say()
    {
        Assert.SkipUnless(SharedData.IsPresent, SharedData.Absent);
        Tool.Require("gdcmconv");
        Tool.Require("dcmdjpeg");
        Tool.Require("dcmdrle");
        using var folder = new TemporaryFolder();
        var problems = new List<string>();
        var exact = new SortedDictionary<string, int>();
        var close = new SortedDictionary<string, int>();
        foreach (var row in Corpus.Rows())
        {
            if (!TransferSyntax.TryGet(row.TransferSyntax, out var syntax) || !syntax.IsEncapsulated || !FrameDecoder.CanDecode(syntax))
            {
                continue;
            }

            if (Read(row.Path) is not { Pixels: not null } ours)
            {
                continue;
            }

            var raw = folder.At(row.File);
            var (code, _) = syntax.Uid switch
            {
                "1.2.840.10008.1.2.5" => Tool.Run("dcmdrle", row.Path, raw),
                var uid when uid.StartsWith("1.2.840.10008.1.2.4.5", StringComparison.Ordinal) || uid == "1.2.840.10008.1.2.4.70" => Tool.Run("dcmdjpeg", row.Path, raw),
                _ => Tool.Run("gdcmconv", "--raw", row.Path, raw),
            };
            if (code != 0 || !File.Exists(raw) || Read(raw) is not { Pixels: { IsEncapsulated: false } } theirs)
            {
                continue;
            }

            var worst = Compare(row, ours, theirs, problems);
            if (worst is { } difference)
            {
                // Cosine transforms may round differently; some files call a baseline stream lossless.
                var isDct = IsDct(ours);
                var into = isDct ? close : exact;
                into[syntax.Name] = into.GetValueOrDefault(syntax.Name) + 1;
                var allowed = !isDct ? 0 : ours.Dataset.GetInt32(DicomTags.SamplesPerPixel) == 1 ? 1 : 4;
                if (difference > allowed)
                {
                    problems.Add(string.Create(CultureInfo.InvariantCulture, $"{row.File} ({syntax.Name}, {row.Peculiarity}): differs by {difference}"));
                }
            }
        }

        TestContext.Current.SendDiagnosticMessage("exact: {0}; close: {1}", string.Join(", ", exact), string.Join(", ", close));
        Assert.True(problems.Count == 0, string.Join('\n', problems) + "\nexact: " + string.Join(", ", exact) + "\nclose: " + string.Join(", ", close));
        Assert.True(exact.Values.Sum() >= 30, string.Join(", ", exact));
    }

    /// <summary>The largest difference of a sample, or null where the two cannot be compared.</summary>
    private static int? Compare(CorpusFile row, DicomFile ours, DicomFile theirs, List<string> problems)
    {
        var worst = 0;
        for (var i = 0; i < Math.Min(ours.Pixels!.Frames.Count, theirs.Pixels!.Frames.Count); i++)
        {
            DecodedFrame a, b;
            try
            {
                b = Frame(theirs, i);
            }
            catch (CodecException)
            {
                return null;
            }

            try
            {
                a = Frame(ours, i);
            }
            catch (CodecException e)
            {
                problems.Add($"{row.File} frame {i} ({row.Peculiarity}): {e.Message}");
                return null;
            }

            if (a.Samples.Length != b.Samples.Length)
            {
                problems.Add($"{row.File}: {a.Samples.Length} bytes, theirs {b.Samples.Length}");
                return null;
            }

            if (a.Format.Photometric != b.Format.Photometric && a.Format.SamplesPerPixel == 3)
            {
                problems.Add($"{row.File}: {a.Format.Photometric}, theirs {b.Format.Photometric}");
                return null;
            }

            worst = Math.Max(worst, Difference(a, b));
        }

        return worst;
    }

    private static bool IsDct(DicomFile file)
    {
        var piece = file.Pixels!.Frames[0].Pieces[0];
        var bytes = Files.Of(file).AsSpan((int)piece.Offset, (int)piece.Length);
        for (var at = 2; at + 4 < bytes.Length && bytes[0] == 0xFF && bytes[1] == 0xD8 && bytes[at] == 0xFF; at += 2 + (bytes[at + 2] << 8) + bytes[at + 3])
        {
            if (bytes[at + 1] is 0xC0 or 0xC1 or 0xC2)
            {
                return true;
            }
        }

        return false;
    }

    private static int Difference(DecodedFrame a, DecodedFrame b)
    {
        var mask = (1L << a.Format.BitsStored) - 1;
        var worst = 0L;
        for (var i = 0; i < a.Samples.Length; i += a.Format.SampleBytes)
        {
            worst = Math.Max(worst, Math.Abs((Sample(a, i) & mask) - (Sample(b, i) & mask)));
        }

        return (int)Math.Min(worst, int.MaxValue);
    }

    private static long Sample(DecodedFrame f, int at) => f.Format.SampleBytes switch
    {
        1 => f.Samples.Span[at],
        2 => BitConverter.ToUInt16(f.Samples.Span[at..]),
        _ => BitConverter.ToUInt32(f.Samples.Span[at..]),
    };

    internal static DecodedFrame Frame(DicomFile file, int index)
    {
        var range = file.Pixels!.Frames[index];
        var bytes = range.Pieces.SelectMany(p => Files.Of(file).AsSpan((int)p.Offset, (int)p.Length).ToArray()).ToArray();
        return FrameDecoder.Decode(file.TransferSyntax, bytes, PixelFormat.FromDataset(file.Dataset), file.Pixels.Vr, range.BitOffset);
    }

    private static readonly System.Runtime.CompilerServices.ConditionalWeakTable<DicomFile, byte[]> Bytes = [];

    private static class Files
    {
        public static byte[] Of(DicomFile file) => Bytes.TryGetValue(file, out var bytes) ? bytes : throw new InvalidOperationException();
    }

    private static DicomFile? Read(string path)
    {
        try
        {
            var bytes = File.ReadAllBytes(path);
            var file = DicomFile.Parse(bytes);
            Bytes.Add(file, bytes);
            return file;
        }
        catch (DicomFormatException)
        {
            return null;
        }
    }
}
