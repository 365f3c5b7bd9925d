using System.Buffers;
using System.IO.Pipelines;
using System.Text;
using QureHost.DicomWeb.Multipart;

namespace QureHost.DicomWeb.Tests.Multipart;

public sealed class MultipartReaderTests
{
    // Content that looks like delimiters without being one: other boundaries with the same beginning, half delimiters, CR LF ends.
    private static readonly string[] Contents =
    [
        "plain",
        "",
        "\r\n--BoUnD-not-this\r\n--BoUnDer\r\n--Bo",
        "ends in CR LF\r\n",
        "\r\n\r\n--\r\n-\r\n",
        new string('x', 300) + "\0\u0001\r",
    ];

    public static TheoryData<int> EveryPieceLength => [.. Enumerable.Range(1, 60)];

    [Theory]
    [MemberData(nameof(EveryPieceLength))]
    public async Task Given_a_body_in_pieces_of_any_length_every_part_is_the_same(int pieceLength)
    {
        var parts = await ReadAll(Pieces(Body(Contents), pieceLength), "BoUnD");

        Assert.Equal(Contents, parts.Select(p => p.Content));
        Assert.All(parts, p => Assert.Equal("application/dicom", p.Headers.ContentType));
    }

    [Fact]
    public async Task Given_a_body_split_in_two_at_any_byte_every_part_is_the_same()
    {
        var body = Body(Contents);
        for (var cut = 0; cut <= body.Length; cut++)
        {
            var parts = await ReadAll([body[..cut], body[cut..]], "BoUnD");

            Assert.Equal(Contents, parts.Select(p => p.Content));
        }
    }

    [Fact]
    public async Task Given_a_body_cut_off_at_any_byte_before_its_end_it_is_refused()
    {
        var body = Body(["first", "second\r\n--BoUn"]);
        var closed = body.Length - 2; // the CR LF behind the closing delimiter is not needed
        for (var cut = 0; cut < closed; cut++)
        {
            await Assert.ThrowsAsync<MultipartFormatException>(() => ReadAll([body[..cut]], "BoUnD"));
        }

        Assert.Equal(2, (await ReadAll([body[..closed]], "BoUnD")).Count);
    }

    [Fact]
    public async Task Given_any_single_byte_changed_the_reader_ends_with_parts_or_with_a_format_error()
    {
        var body = Body(["first part", "second"]);
        var random = new Random(11);
        for (var at = 0; at < body.Length; at++)
        {
            var changed = body.ToArray();
            changed[at] = (byte)random.Next(256);
            try
            {
                await ReadAll(Pieces(changed, 7), "BoUnD");
            }
            catch (MultipartFormatException)
            {
                // refused
            }
        }
    }

    [Theory]
    [InlineData("preamble\r\n--b\r\n\r\nx\r\n--b--\r\nepilogue", "x")]
    [InlineData("--b  \t\r\n\r\nx\r\n--b \r\n\r\ny\r\n--b--", "x|y")]
    [InlineData("\r\n--b\r\ncontent-type: text/plain\r\n\r\nx\r\n--b--\r\n", "x")]
    [InlineData("--b\r\nA: 1\r\n\r\n--b--\r\n", "")]
    [InlineData("--b\r\n\r\n\r\n--b--\r\n", "")]
    public async Task Given_the_freedoms_of_RFC_2046_the_parts_are_found(string body, string expected)
    {
        for (var length = 1; length <= body.Length; length++)
        {
            var parts = await ReadAll(Pieces(Encoding.UTF8.GetBytes(body), length), "b");

            Assert.Equal(expected.Split('|'), parts.Select(p => p.Content));
        }
    }

    [Theory]
    [InlineData("")]
    [InlineData("no boundary at all")]
    [InlineData("--b")]
    [InlineData("--b text\r\n\r\nx\r\n--b--\r\n")]
    [InlineData("--b\r\nno colon here\r\n\r\nx\r\n--b--\r\n")]
    [InlineData("--b\r\n: no name\r\n\r\nx\r\n--b--\r\n")]
    [InlineData("--b\r\nA B: blank in the name\r\n\r\nx\r\n--b--\r\n")]
    public async Task Given_a_broken_body_it_is_refused(string body) =>
        await Assert.ThrowsAsync<MultipartFormatException>(() => ReadAll([Encoding.UTF8.GetBytes(body)], "b"));

    [Fact]
    public async Task Given_a_body_of_the_closing_delimiter_only_there_are_no_parts() =>
        Assert.Empty(await ReadAll(["--b--\r\n"u8.ToArray()], "b"));

    [Fact]
    public async Task Given_headers_without_end_the_reader_stops_at_its_limit()
    {
        var endless = Encoding.ASCII.GetBytes("--b\r\nA: " + new string('a', 200_000));
        var pipe = new Pipe(new PipeOptions(pauseWriterThreshold: 0));
        await pipe.Writer.WriteAsync(endless);

        await Assert.ThrowsAsync<MultipartFormatException>(async () => await new MultipartReader(pipe.Reader, "b").NextAsync(default));
    }

    [Fact]
    public async Task Given_too_many_headers_they_are_refused()
    {
        var many = "--b\r\n" + string.Concat(Enumerable.Range(0, 65).Select(i => $"H{i}: v\r\n")) + "\r\nx\r\n--b--\r\n";

        await Assert.ThrowsAsync<MultipartFormatException>(() => ReadAll([Encoding.ASCII.GetBytes(many)], "b"));
    }

    [Fact]
    public async Task Given_a_folded_header_its_lines_are_one_value()
    {
        var parts = await ReadAll(["--b\r\nContent-Type: application/dicom;\r\n\ttransfer-syntax=1.2\r\n\r\nx\r\n--b--"u8.ToArray()], "b");

        Assert.Equal("application/dicom; transfer-syntax=1.2", parts[0].Headers.ContentType);
    }

    [Theory]
    [InlineData("")]
    [InlineData("a\r\nb")]
    [InlineData("a\u00e9")]
    public void Given_an_impossible_boundary_it_is_refused(string boundary) =>
        Assert.Throws<MultipartFormatException>(() => new MultipartReader(new Pipe().Reader, boundary));

    [Fact]
    public async Task Given_a_part_is_left_unread_the_next_one_is_found_behind_it()
    {
        var reader = new MultipartReader(Pieces(Body([new string('y', 5000), "second"]), 13), "BoUnD");
        Assert.NotNull(await reader.NextAsync(default));
        var second = await reader.NextAsync(default);

        Assert.Equal("second", await Text(second!));
        Assert.Null(await reader.NextAsync(default));
        Assert.Null(await reader.NextAsync(default));
    }

    [Fact]
    public async Task Given_a_consumer_that_looks_before_it_takes_a_part_is_whole()
    {
        var content = string.Concat(Enumerable.Range(0, 400).Select(i => $"{i}\r\n--BoUn"));
        var reader = new MultipartReader(Pieces(Body([content]), 17), "BoUnD");
        var part = await reader.NextAsync(default);
        var read = await part!.ReadAtLeastAsync(content.Length); // examines over and over, consumes nothing
        Assert.Equal(content, Encoding.UTF8.GetString(read.Buffer));
        part.AdvanceTo(read.Buffer.GetPosition(100));

        Assert.Equal(content[100..], await Text(part));
        Assert.Null(await reader.NextAsync(default));
    }

    [Fact]
    public async Task Given_a_part_its_bytes_arrive_before_the_request_has_ended()
    {
        var pipe = new Pipe();
        var reader = new MultipartReader(pipe.Reader, "b");
        await pipe.Writer.WriteAsync(Encoding.ASCII.GetBytes("--b\r\n\r\n" + new string('z', 1000)));
        var part = await reader.NextAsync(default);
        var read = await part!.ReadAsync();

        Assert.InRange(read.Buffer.Length, 990, 1000);
        Assert.False(read.IsCompleted);
    }

    private static byte[] Body(string[] contents)
    {
        var text = string.Concat(contents.Select(c => $"--BoUnD\r\nCONTENT-type: application/dicom\r\n\r\n{c}\r\n"));
        return Encoding.UTF8.GetBytes(text + "--BoUnD--\r\n");
    }

    private static PipeReader Pieces(byte[] body, int length) =>
        Pieces([.. body.Chunk(length)]);

    private static PipeReader Pieces(byte[][] pieces) => PipeReader.Create(new PieceStream(pieces), new StreamPipeReaderOptions(bufferSize: 64, minimumReadSize: 1));

    private static Task<List<(PartHeaders Headers, string Content)>> ReadAll(byte[][] pieces, string boundary) => ReadAll(Pieces(pieces), boundary);

    private static async Task<List<(PartHeaders Headers, string Content)>> ReadAll(PipeReader body, string boundary)
    {
        using var deadline = new CancellationTokenSource(TimeSpan.FromSeconds(10));
        var reader = new MultipartReader(body, boundary);
        var parts = new List<(PartHeaders, string)>();
        while (await reader.NextAsync(deadline.Token) is { } part)
        {
            parts.Add((part.Headers, await Text(part)));
        }

        return parts;
    }

    private static async Task<string> Text(PipeReader part)
    {
        using var copy = new MemoryStream();
        await part.CopyToAsync(copy);
        return Encoding.UTF8.GetString(copy.ToArray());
    }

    /// <summary>Hands out exactly one piece a read, so that the buffers have seams where the test wants them.</summary>
    private sealed class PieceStream(byte[][] pieces) : MemoryStream
    {
        private int _next;

        public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
        {
            while (_next < pieces.Length && pieces[_next].Length == 0)
            {
                _next++;
            }

            if (_next == pieces.Length)
            {
                return new(0);
            }

            var piece = pieces[_next];
            var length = Math.Min(piece.Length, buffer.Length);
            piece.AsMemory(0, length).CopyTo(buffer);
            if (length == piece.Length)
            {
                _next++;
            }
            else
            {
                pieces[_next] = piece[length..];
            }

            return new(length);
        }
    }
}
