using QureHost.Testing;

namespace QureHost.Dicom.Codecs.Tests;

/// <summary>Damaged frames end in a <see cref="CodecException"/>, soon and without large allocations.</summary>
public sealed class HostileTests
{
    [Fact]
    public void Given_corpus_frames_with_random_damage_only_codec_exceptions_leave_the_decoders()
    {
        Assert.SkipUnless(SharedData.IsPresent, SharedData.Absent);
        var random = new Random(7);
        var (decoded, refused) = (0, 0);
        foreach (var (syntax, format, frame) in ManagedFrames())
        {
            for (var round = 0; round < 8; round++)
            {
                var bytes = (byte[])frame.Clone();
                for (var i = random.Next(1, 6); i > 0; i--)
                {
                    var at = random.Next(2) == 0 ? random.Next(bytes.Length) : random.Next(Math.Min(bytes.Length, 700));
                    bytes[at] = random.Next(3) == 0 ? (byte)0xFF : (byte)random.Next(256);
                }

                try
                {
                    FrameDecoder.Decode(syntax, random.Next(3) == 0 ? bytes.AsMemory(0, random.Next(bytes.Length)) : bytes, format);
                    decoded++;
                }
                catch (CodecException)
                {
                    refused++;
                }
            }
        }

        Assert.True(decoded > 20 && refused > 60, $"{decoded} decoded, {refused} refused");
    }

    [Fact]
    public void Given_small_corpus_frames_cut_at_any_byte_only_codec_exceptions_leave_the_decoders()
    {
        Assert.SkipUnless(SharedData.IsPresent, SharedData.Absent);
        var syntaxes = new HashSet<string>();
        foreach (var (syntax, format, frame) in ManagedFrames().Where(f => f.Frame.Length < 6000).OrderBy(f => f.Frame.Length))
        {
            if (!syntaxes.Add(syntax.Uid))
            {
                continue;
            }

            for (var cut = 0; cut < frame.Length; cut++)
            {
                try
                {
                    FrameDecoder.Decode(syntax, frame.AsMemory(0, cut), format);
                }
                catch (CodecException)
                {
                    // Refused, as it should be.
                }
            }
        }

        Assert.True(syntaxes.Count >= 4, string.Join(", ", syntaxes));
    }

    [Theory]
    [InlineData("1.2.840.10008.1.2.5")]
    [InlineData("1.2.840.10008.1.2.4.50")]
    [InlineData("1.2.840.10008.1.2.4.70")]
    [InlineData("1.2.840.10008.1.2.4.80")]
    [InlineData("1.2.840.10008.1.2.4.90")]
    [InlineData("1.2.840.10008.1.2.8.1")]
    [InlineData("1.2.840.10008.1.2.1")]
    public void A_few_bytes_that_claim_a_huge_image_get_no_memory(string uid)
    {
        var format = new PixelFormat(16000, 16000, 1, 16, 16, 15, false, "MONOCHROME2", 0);
        byte[] header = [0xFF, 0xD8, 0xFF, 0xC3, 0, 11, 16, 0x3E, 0x80, 0x3E, 0x80, 1, 1, 0x11, 0, 0xFF, 0xDA, 0, 8, 1, 1, 0, 1, 0, 0, 1, 2, 3];
        var before = GC.GetAllocatedBytesForCurrentThread();

        Assert.ThrowsAny<CodecException>(() => FrameDecoder.Decode(TransferSyntax.ForUid(uid), header, format));

        Assert.True(GC.GetAllocatedBytesForCurrentThread() - before < 1_000_000);
    }

    [Fact]
    public void A_syntax_without_decoder_says_so_in_words_for_a_reader()
    {
        var format = new PixelFormat(2, 2, 1, 8, 8, 7, false, "MONOCHROME2", 0);

        var e = Assert.Throws<UnsupportedTransferSyntaxException>(() => FrameDecoder.Decode(TransferSyntax.ForUid("1.2.840.10008.1.2.4.102"), new byte[10], format));

        Assert.Contains("MPEG-4", e.Message);
    }

    [Theory]
    [InlineData(0, 5, 8, 8, 7)]
    [InlineData(5, 5, 7, 7, 6)]
    [InlineData(5, 5, 8, 9, 8)]
    [InlineData(5, 5, 16, 12, 10)]
    [InlineData(65535, 65535, 64, 64, 63)]
    public void Formats_that_cannot_be_are_refused(int rows, int columns, int allocated, int stored, int high)
    {
        Assert.Throws<CodecException>(() => new PixelFormat(rows, columns, 1, allocated, stored, high, false, "MONOCHROME2", 0).Check());
    }

    [Fact]
    public void A_JPEG_image_of_another_size_than_its_object_is_refused()
    {
        Assert.SkipUnless(SharedData.IsPresent, SharedData.Absent);
        var (syntax, format, frame) = ManagedFrames().First(f => f.Syntax == TransferSyntax.JpegBaseline);

        var e = Assert.Throws<CodecException>(() => FrameDecoder.Decode(syntax, frame, format with { Rows = format.Rows - 1 }));

        Assert.Contains("the object says", e.Message);
    }

    private static IEnumerable<(TransferSyntax Syntax, PixelFormat Format, byte[] Frame)> ManagedFrames()
    {
        foreach (var row in Corpus.Rows().Where(r => new FileInfo(r.Path).Length < 400_000))
        {
            if (!TransferSyntax.TryGet(row.TransferSyntax, out var syntax) || !syntax.IsEncapsulated || !FrameDecoder.CanDecode(syntax) || syntax.Name.Contains("2000", StringComparison.Ordinal))
            {
                continue;
            }

            var bytes = File.ReadAllBytes(row.Path);
            DicomFile file;
            try
            {
                file = DicomFile.Parse(bytes);
            }
            catch (DicomFormatException)
            {
                continue;
            }

            if (file.Pixels is not { Frames.Count: > 0 } pixels || file.Dataset.GetInt32(DicomTags.Rows) * file.Dataset.GetInt32(DicomTags.Columns) > 300_000)
            {
                continue;
            }

            yield return (syntax, PixelFormat.FromDataset(file.Dataset), [.. pixels.Frames[0].Pieces.SelectMany(p => bytes.AsSpan((int)p.Offset, (int)p.Length).ToArray())]);
        }
    }
}
