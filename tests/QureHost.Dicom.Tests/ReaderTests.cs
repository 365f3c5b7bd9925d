using System.IO.Compression;
using System.Text;

namespace QureHost.Dicom.Tests;

/// <summary>Layouts that files of the field have and the standard does not, or that readers have stumbled over.</summary>
public sealed class ReaderTests
{
    private const uint Undefined = 0xFFFFFFFF;
    private static readonly TransferSyntax Explicit = TransferSyntax.ExplicitLittleEndian;

    [Theory]
    [InlineData("1.2.840.10008.1.2")]
    [InlineData("1.2.840.10008.1.2.1")]
    [InlineData("1.2.840.10008.1.2.2")]
    [InlineData("1.2.840.10008.1.2.1.99")]
    public void What_is_written_is_read_back_in_every_native_syntax(string uid)
    {
        var written = Samples.Image();

        var file = DicomFile.Parse(DicomFile.ToBytes(written, TransferSyntax.ForUid(uid)));

        Assert.Equal(uid, file.TransferSyntax.Uid);
        Assert.Equal("Müller^Jürgen", file.Dataset.GetString(DicomTags.PatientName));
        Assert.Equal("ISO_IR 192", file.Dataset.GetString(DicomTags.SpecificCharacterSet));
        Assert.Equal(3, file.Dataset.GetInt32(DicomTags.Columns));
        Assert.Equal("Löcalizer", file.Dataset.GetItem(DicomTags.ReferencedImageSequence)!.GetItem(DicomTags.PurposeOfReferenceCodeSequence)!.GetString(DicomTags.CodeMeaning));
        Assert.Equal(written.GetBytes(DicomTags.PixelData).ToArray(), file.Dataset.GetBytes(DicomTags.PixelData).ToArray());
        Assert.Equal(12, Assert.Single(file.Pixels!.Frames).Length);
    }

    [Fact]
    public void A_sequence_coded_as_UN_with_undefined_length_is_read_as_implicit_VR()
    {
        var item = Samples.Item([0x08, 0, 0x50, 0x11, 4, 0, 0, 0, .. "1.2\0"u8]);
        var file = DicomFile.Parse(Samples.File(Explicit, Samples.Element(0x00081140, "UN", [.. item, .. Samples.Delimiter()], Undefined), Samples.Element(0x00100020, "LO", "P1"u8.ToArray())));

        Assert.Equal("1.2", file.Dataset.GetItem(DicomTags.ReferencedImageSequence)!.GetString(DicomTags.ReferencedSOPClassUID));
        Assert.Equal("P1", file.Dataset.GetString(DicomTags.PatientID));
    }

    [Fact]
    public void A_sequence_coded_as_UN_whose_items_are_explicit_all_the_same_is_read()
    {
        var item = Samples.Item(Samples.Element(0x00081150, "UI", "1.2\0"u8.ToArray()));
        var file = DicomFile.Parse(Samples.File(Explicit, Samples.Element(0x00081140, "UN", [.. item, .. Samples.Delimiter()], Undefined)));

        Assert.Equal("1.2", file.Dataset.GetItem(DicomTags.ReferencedImageSequence)!.GetString(DicomTags.ReferencedSOPClassUID));
    }

    [Fact]
    public void A_known_attribute_coded_as_UN_gets_the_VR_of_the_dictionary()
    {
        var file = DicomFile.Parse(Samples.File(Explicit, Samples.Element(0x00280010, "UN", [5, 0])));

        Assert.Equal(5, file.Dataset.GetInt32(DicomTags.Rows));
    }

    [Theory]
    [InlineData("OB")]
    [InlineData("UN")]
    public void Items_inside_a_private_value_are_found(string vr)
    {
        var item = Samples.Item([0x09, 0, 0x01, 0x10, 2, 0, 0, 0, .. "ab"u8]);
        var file = DicomFile.Parse(Samples.File(Explicit, Samples.Element(0x00090010, "LO", "MAKER "u8.ToArray()), Samples.Element(0x00091010, vr, item)));

        Assert.Equal("ab", Assert.Single(file.Dataset.GetItems(0x00091010)).GetString(0x00091001));
    }

    [Fact]
    public void A_private_OB_of_undefined_length_is_a_sequence_where_its_items_have_none_either()
    {
        var item = Samples.Item([.. Samples.Element(0x00091001, "LO", "ab"u8.ToArray()), .. Samples.Delimiter(0xE00D)], Undefined);
        var file = DicomFile.Parse(Samples.File(Explicit, Samples.Element(0x00091010, "OB", [.. item, .. Samples.Delimiter()], Undefined), Samples.Element(0x00100020, "LO", "P1"u8.ToArray())));

        Assert.Equal("ab", Assert.Single(file.Dataset.GetItems(0x00091010)).GetString(0x00091001));
        Assert.Equal("P1", file.Dataset.GetString(DicomTags.PatientID));
    }

    [Theory]
    [InlineData("  ")]
    [InlineData("\0\0")]
    [InlineData("xq")]
    [InlineData("??")]
    public void Blank_and_garbage_VRs_are_read_by_the_dictionary(string vr)
    {
        var file = DicomFile.Parse(Samples.File(Explicit, Samples.Element(0x00080060, "CS", "CT"u8.ToArray()), Samples.Element(0x00100020, vr, "P1"u8.ToArray()), Samples.Element(0x00280010, "US", [5, 0])));

        Assert.Equal("P1", file.Dataset.GetString(DicomTags.PatientID));
        Assert.Equal(5, file.Dataset.GetInt32(DicomTags.Rows));
    }

    [Fact]
    public void A_VR_of_a_later_edition_has_a_long_length()
    {
        byte[] element = [0x11, 0, 0x10, 0x10, (byte)'Z', (byte)'Z', 0, 0, 2, 0, 0, 0, 7, 7];
        var file = DicomFile.Parse(Samples.File(Explicit, element, Samples.Element(0x00280010, "US", [5, 0])));

        Assert.Equal(DicomVr.UN, file.Dataset[0x00111010]!.Vr);
        Assert.Equal(5, file.Dataset.GetInt32(DicomTags.Rows));
    }

    [Fact]
    public void Nesting_is_bounded_by_the_limit_and_not_by_the_stack()
    {
        static byte[] Nested(int depth)
        {
            var parts = new List<byte>();
            for (var i = 0; i < depth; i++)
            {
                parts.AddRange(Samples.Element(0x00081140, "SQ", [], Undefined));
                parts.AddRange(Samples.Item([], Undefined));
            }

            for (var i = 0; i < depth; i++)
            {
                parts.AddRange(Samples.Delimiter(0xE00D));
                parts.AddRange(Samples.Delimiter());
            }

            return Samples.File(Explicit, [.. parts]);
        }

        Assert.NotEmpty(DicomJson.ToBytes(DicomFile.Parse(Nested(500)).Dataset));
        Assert.Throws<DicomFormatException>(() => DicomFile.Parse(Nested(100_000)));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(99)]
    [InlineData(100_000)]
    public void A_wrong_length_of_the_file_meta_information_does_no_harm(int length)
    {
        var bytes = DicomFile.ToBytes(Samples.Image(), Explicit);
        BitConverter.TryWriteBytes(bytes.AsSpan(140), length);

        Assert.Equal("P1", DicomFile.Parse(bytes).Dataset.GetString(DicomTags.PatientID));
    }

    [Theory]
    [InlineData("1.2.840.10008.1.2")]
    [InlineData("1.2.840.10008.1.2.1")]
    [InlineData("1.2.840.10008.1.2.2")]
    public void Without_preamble_and_meta_the_encoding_is_found_from_the_first_element(string uid)
    {
        var output = new System.Buffers.ArrayBufferWriter<byte>();
        DicomFile.WriteDataset(output, Samples.Image(), TransferSyntax.ForUid(uid));

        var file = DicomFile.Parse(output.WrittenMemory);

        Assert.Equal(uid, file.TransferSyntax.Uid);
        Assert.Equal("P1", file.Dataset.GetString(DicomTags.PatientID));
    }

    [Fact]
    public void Without_the_preamble_file_meta_information_is_still_read()
    {
        var bytes = DicomFile.ToBytes(Samples.Image(), TransferSyntax.ImplicitLittleEndian);

        Assert.Equal(TransferSyntax.ImplicitLittleEndian, DicomFile.Parse(bytes.AsMemory(132)).TransferSyntax);
    }

    [Fact]
    public void A_deflated_dataset_may_have_a_zlib_header()
    {
        var output = new System.Buffers.ArrayBufferWriter<byte>();
        DicomFile.WriteDataset(output, Samples.Image(), Explicit);
        var zlib = new MemoryStream();
        using (var stream = new ZLibStream(zlib, CompressionLevel.Optimal, leaveOpen: true))
        {
            stream.Write(output.WrittenSpan);
        }

        var file = DicomFile.Parse(Samples.File(TransferSyntax.DeflatedExplicitLittleEndian, zlib.ToArray()));

        Assert.Equal("P1", file.Dataset.GetString(DicomTags.PatientID));
        Assert.Equal(output.WrittenCount, file.Inflated!.Value.Length);
    }

    [Fact]
    public void A_deflate_bomb_is_refused_at_the_limit()
    {
        var dataset = Samples.Image().AddBytes(DicomTags.EncapsulatedDocument, DicomVr.OB, new byte[10_000_000]);
        var bytes = DicomFile.ToBytes(dataset, TransferSyntax.DeflatedExplicitLittleEndian);

        Assert.True(bytes.Length < 100_000);
        Assert.Throws<DicomFormatException>(() => DicomFile.Parse(bytes, new DicomReadOptions { MaxInflated = 1_000_000 }));
    }

    [Fact]
    public async Task A_declared_length_sizes_no_allocation()
    {
        var bytes = Samples.File(Explicit, Samples.Element(0x00091010, "OB", new byte[16], 0x7FFFFFF0));
        var before = GC.GetAllocatedBytesForCurrentThread();

        Assert.Throws<DicomFormatException>(() => DicomFile.Parse(bytes, DicomReadOptions.KeepAll));
        Assert.True(GC.GetAllocatedBytesForCurrentThread() - before < 200_000);
        await Assert.ThrowsAsync<DicomFormatException>(async () => await DicomFile.ReadAsync(new MemoryStream(bytes), DicomReadOptions.KeepAll));
    }

    [Fact]
    public async Task A_value_over_two_gigabytes_stays_in_its_stream()
    {
        var head = Samples.File(Explicit, Samples.Element(0x00100020, "LO", "P1"u8.ToArray()), Samples.Element(0x7FE00010, "OW", [], 0xC0000000));
        using var stream = new SparseStream(head, head.Length + 0xC0000000L);

        var file = await DicomFile.ReadAsync(stream);

        var pixels = Assert.IsType<DicomBulk>(file.Dataset[DicomTags.PixelData]);
        Assert.Equal((head.Length, 0xC0000000L), (pixels.Offset, pixels.Length));
        Assert.True(stream.BytesRead < 200_000);
    }

    [Fact]
    public async Task Small_values_come_and_large_values_stay_when_reading_a_stream()
    {
        var dataset = Samples.Image(300, 400).Add(DicomTags.ImageComments, new string('x', 60_000)).AddBytes(DicomTags.EncapsulatedDocument, DicomVr.OB, new byte[70_000]);
        var bytes = DicomFile.ToBytes(dataset, TransferSyntax.ImplicitLittleEndian);

        var file = await DicomFile.ReadAsync(new MemoryStream(bytes));

        Assert.Equal(60_000, file.Dataset.GetString(DicomTags.ImageComments)!.Length);
        Assert.Equal(70_000, Assert.IsType<DicomBulk>(file.Dataset[DicomTags.EncapsulatedDocument]).Length);
        var piece = Assert.Single(Assert.Single(file.Pixels!.Frames).Pieces);
        Assert.Equal(dataset.GetBytes(DicomTags.PixelData).ToArray(), bytes[(int)piece.Offset..(int)(piece.Offset + piece.Length)]);
    }

    [Fact]
    public void Reading_stops_before_the_tag_that_is_named()
    {
        var bytes = DicomFile.ToBytes(Samples.Image(), Explicit);

        var file = DicomFile.Parse(bytes, new DicomReadOptions { StopBefore = DicomTags.PatientID });

        Assert.True(file.Dataset.Contains(DicomTags.PatientName));
        Assert.False(file.Dataset.Contains(DicomTags.PatientID));
    }

    [Fact]
    public void Elements_out_of_order_are_put_in_order_and_the_first_of_two_stays()
    {
        var file = DicomFile.Parse(Samples.File(Explicit, Samples.Element(0x00100020, "LO", "P1"u8.ToArray()), Samples.Element(0x00080060, "CS", "CT"u8.ToArray()), Samples.Element(0x00100020, "LO", "P2"u8.ToArray())));

        Assert.Equal(["(0008,0060) CS", "(0010,0020) LO"], file.Dataset.Select(e => e.ToString()));
        Assert.Equal("P1", file.Dataset.GetString(DicomTags.PatientID));
    }

    [Fact]
    public void US_or_SS_is_decided_by_pixel_representation_in_implicit_VR()
    {
        var dataset = new DicomDataset().Add(DicomTags.PixelRepresentation, 1).Add(DicomTags.SmallestImagePixelValue, DicomVr.SS, -5);
        var output = new System.Buffers.ArrayBufferWriter<byte>();
        DicomFile.WriteDataset(output, dataset, TransferSyntax.ImplicitLittleEndian);

        var read = DicomFile.ParseDataset(output.WrittenMemory, TransferSyntax.ImplicitLittleEndian);

        Assert.Equal(-5, read.GetInt32(DicomTags.SmallestImagePixelValue));
    }

    [Fact]
    public void A_value_too_long_for_its_VR_is_written_as_UN_and_read_back()
    {
        var text = string.Join('\\', Enumerable.Range(0, 20_000));
        var dataset = Samples.Image().AddBytes(DicomTags.DVHData, DicomVr.DS, Encoding.ASCII.GetBytes(text));

        var file = DicomFile.Parse(DicomFile.ToBytes(dataset, Explicit), DicomReadOptions.KeepAll);

        Assert.Equal(19_999, file.Dataset.GetDoubles(DicomTags.DVHData)[^1]);
    }

    /// <summary>A few bytes at the start of a stream of any length, and zeros.</summary>
    private sealed class SparseStream(byte[] head, long length) : Stream
    {
        public long BytesRead { get; private set; }

        public override bool CanRead => true;

        public override bool CanSeek => true;

        public override bool CanWrite => false;

        public override long Length => length;

        public override long Position { get; set; }

        public override int Read(byte[] buffer, int offset, int count)
        {
            var n = (int)Math.Min(count, length - Position);
            for (var i = 0; i < n; i++)
            {
                buffer[offset + i] = Position + i < head.Length ? head[Position + i] : (byte)0;
            }

            Position += n;
            BytesRead += n;
            return n;
        }

        public override long Seek(long offset, SeekOrigin origin) => Position = offset;

        public override void Flush()
        {
        }

        public override void SetLength(long value) => throw new NotSupportedException();

        public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();
    }
}
