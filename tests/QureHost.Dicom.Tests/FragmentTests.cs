using System.Buffers.Binary;

namespace QureHost.Dicom.Tests;

/// <summary>Encapsulated pixel data: which fragments make which frame (PS3.5 §A.4).</summary>
public sealed class FragmentTests
{
    private static readonly byte[] Start = [0xFF, 0xD8, 0xFF, 0xE0];
    private static readonly byte[] More = [1, 2, 3, 4, 5, 6];

    [Fact]
    public void One_frame_takes_all_fragments()
    {
        var file = Encapsulated(1, [], [Start, More, More]);

        Assert.Equal([3], file.Pixels!.Frames.Select(f => f.Pieces.Count));
        Assert.Equal(16, file.Pixels.Frames[0].Length);
    }

    [Fact]
    public void An_empty_offset_table_and_as_many_fragments_as_frames_pair_up()
    {
        Assert.Equal([4, 6], Encapsulated(2, [], [Start, More]).Pixels!.Frames.Select(f => f.Length));
    }

    [Fact]
    public void A_basic_offset_table_tells_frames_of_several_fragments_apart()
    {
        // Offsets count from the first item after the table: 4 + 8 and 6 + 8 bytes come before the second frame.
        var file = Encapsulated(2, [0, 26], [Start, More, Start]);

        Assert.Equal([10, 4], file.Pixels!.Frames.Select(f => f.Length));
        Assert.Null(file.Pixels.Problem);
    }

    [Theory]
    [InlineData(new uint[] { })]
    [InlineData(new uint[] { 0, 7 })]
    [InlineData(new uint[] { 0, 0 })]
    public void Without_a_usable_table_frames_start_where_codestreams_start(uint[] table)
    {
        Assert.Equal([10, 10], Encapsulated(2, table, [Start, More, Start, More]).Pixels!.Frames.Select(f => f.Length));
    }

    [Fact]
    public void An_empty_first_fragment_is_passed_over()
    {
        Assert.Equal([4, 4], Encapsulated(2, [], [[], Start, Start]).Pixels!.Frames.Select(f => f.Length));
    }

    [Fact]
    public void An_extended_offset_table_gives_lengths_without_padding()
    {
        var dataset = Dataset(2)
            .AddBytes(DicomTags.ExtendedOffsetTable, DicomVr.OV, Words(0, 14))
            .AddBytes(DicomTags.ExtendedOffsetTableLengths, DicomVr.OV, Words(5, 4));
        dataset.Set(new DicomFragments(DicomTags.PixelData, DicomVr.OB, [More, Start]));

        var file = DicomFile.Parse(DicomFile.ToBytes(dataset, TransferSyntax.JpegBaseline));

        Assert.Equal([5, 4], file.Pixels!.Frames.Select(f => f.Length));
    }

    [Fact]
    public void A_delimiter_with_a_length_ends_the_fragments_all_the_same()
    {
        var bytes = Samples.File(
            TransferSyntax.JpegBaseline,
            Samples.Element(0x7FE00010, "OB", [.. Samples.Item([]), .. Samples.Item(Start), .. Samples.Delimiter(length: 4660)], 0xFFFFFFFF));

        Assert.Equal(4, DicomFile.Parse(bytes).Pixels!.Frames[0].Length);
    }

    [Fact]
    public void Fewer_codestreams_than_frames_are_a_problem_that_is_named()
    {
        var pixels = Encapsulated(5, [], [Start, More, Start]).Pixels!;

        Assert.Equal(5, pixels.FrameCount);
        Assert.Contains("5 frames are declared", pixels.Problem);
    }

    [Fact]
    public void Frames_of_single_bits_start_inside_bytes()
    {
        var dataset = Samples.Image(3, 3).Add(DicomTags.NumberOfFrames, 3).Add(DicomTags.BitsAllocated, 1).AddBytes(DicomTags.PixelData, DicomVr.OB, new byte[4]);

        var frames = DicomFile.Parse(DicomFile.ToBytes(dataset, TransferSyntax.ExplicitLittleEndian)).Pixels!.Frames;

        Assert.Equal([(0, 2), (1, 2), (2, 2)], frames.Select(f => (f.BitOffset, (int)f.Length)));
    }

    [Fact]
    public void Given_short_pixel_data_only_whole_frames_are_there()
    {
        var dataset = Samples.Image().Add(DicomTags.NumberOfFrames, 2_000_000_000).AddBytes(DicomTags.PixelData, DicomVr.OW, new byte[30]);

        var pixels = DicomFile.Parse(DicomFile.ToBytes(dataset, TransferSyntax.ExplicitLittleEndian)).Pixels!;

        Assert.Equal(2, pixels.Frames.Count);
        Assert.NotNull(pixels.Problem);
    }

    private static DicomDataset Dataset(int frames)
    {
        var dataset = Samples.Image().Add(DicomTags.NumberOfFrames, frames);
        dataset.Remove(DicomTags.PixelData);
        return dataset;
    }

    private static DicomFile Encapsulated(int frames, uint[] table, byte[][] fragments)
    {
        var dataset = Dataset(frames);
        var bytes = new byte[4 * table.Length];
        for (var i = 0; i < table.Length; i++)
        {
            BinaryPrimitives.WriteUInt32LittleEndian(bytes.AsSpan(4 * i), table[i]);
        }

        dataset.Set(new DicomFragments(DicomTags.PixelData, DicomVr.OB, [.. fragments.Select(f => (ReadOnlyMemory<byte>)f)], bytes));
        return DicomFile.Parse(DicomFile.ToBytes(dataset, TransferSyntax.JpegBaseline));
    }

    private static byte[] Words(params ulong[] words)
    {
        var bytes = new byte[8 * words.Length];
        for (var i = 0; i < words.Length; i++)
        {
            BinaryPrimitives.WriteUInt64LittleEndian(bytes.AsSpan(8 * i), words[i]);
        }

        return bytes;
    }
}
