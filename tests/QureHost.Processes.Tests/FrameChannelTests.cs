using System.IO.Pipes;

namespace QureHost.Processes.Tests;

public sealed class FrameChannelTests
{
    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(8188)]
    [InlineData(8189)]
    [InlineData(1_000_000)]
    public async Task A_frame_arrives_as_it_was_sent_however_the_stream_cuts_it(int length)
    {
        var frame = new byte[length];
        new Random(length).NextBytes(frame);
        using var stream = new MemoryStream();
        var sender = new FrameChannel(stream);
        await sender.SendAsync(frame, CancellationToken.None);
        await sender.SendAsync(new byte[] { 7 }, CancellationToken.None);

        foreach (var piece in new[] { 1, 3, 5000, int.MaxValue }.Where(p => p > 1 || length < 100_000))
        {
            await using var receiver = new FrameChannel(new Pieces(stream.ToArray(), piece));
            Assert.Equal(frame, await receiver.ReceiveAsync(CancellationToken.None));
            Assert.Equal(new byte[] { 7 }, await receiver.ReceiveAsync(CancellationToken.None));
            Assert.Null(await receiver.ReceiveAsync(CancellationToken.None));
        }
    }

    [Fact]
    public async Task A_stream_cut_at_any_byte_is_a_clean_end_or_a_typed_error()
    {
        using var stream = new MemoryStream();
        await new FrameChannel(stream).SendAsync("ten bytes!"u8.ToArray(), CancellationToken.None);
        var whole = stream.ToArray();

        for (var cut = 0; cut < whole.Length; cut++)
        {
            await using var receiver = new FrameChannel(new MemoryStream(whole, 0, cut));
            if (cut == 0)
            {
                Assert.Null(await receiver.ReceiveAsync(CancellationToken.None));
            }
            else
            {
                await Assert.ThrowsAsync<FrameException>(async () => await receiver.ReceiveAsync(CancellationToken.None));
            }
        }
    }

    [Theory]
    [InlineData(0xffff_ffff)]
    [InlineData(0x8000_0000)]
    [InlineData(1025)]
    public async Task A_length_over_the_bound_is_refused_and_sizes_no_allocation(uint length)
    {
        await using var receiver = new FrameChannel(new MemoryStream([.. BitConverter.GetBytes(length), 1, 2, 3]), largest: 1024);
        var before = GC.GetAllocatedBytesForCurrentThread();

        await Assert.ThrowsAsync<FrameException>(async () => await receiver.ReceiveAsync(CancellationToken.None));

        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 100_000);
    }

    [Fact]
    public async Task A_large_length_with_few_bytes_behind_it_allocates_little()
    {
        await using var receiver = new FrameChannel(new MemoryStream([.. BitConverter.GetBytes(15 << 20), 1, 2, 3]));
        var before = GC.GetAllocatedBytesForCurrentThread();

        await Assert.ThrowsAsync<FrameException>(async () => await receiver.ReceiveAsync(CancellationToken.None));

        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 200_000);
    }

    [Fact]
    public async Task A_frame_too_large_to_send_is_refused_before_a_byte_of_it_is_sent()
    {
        using var stream = new MemoryStream();

        await Assert.ThrowsAsync<FrameException>(async () => await new FrameChannel(stream, largest: 10).SendAsync(new byte[11], CancellationToken.None));

        Assert.Equal(0, stream.Length);
    }

    [Fact]
    public async Task Senders_at_once_do_not_mix_their_frames()
    {
        await using var server = new AnonymousPipeServerStream(PipeDirection.Out);
        await using var client = new AnonymousPipeClientStream(PipeDirection.In, server.ClientSafePipeHandle);
        var sender = new FrameChannel(server);
        var receiver = new FrameChannel(client);
        var sending = Task.WhenAll(Enumerable.Range(1, 8).Select(n => Task.Run(async () =>
        {
            for (var i = 0; i < 200; i++)
            {
                await sender.SendAsync(Enumerable.Repeat((byte)n, n * 1000).ToArray(), CancellationToken.None);
            }
        })));

        for (var i = 0; i < 8 * 200; i++)
        {
            var frame = await receiver.ReceiveAsync(CancellationToken.None);
            Assert.Equal(frame![0] * 1000, frame.Length);
            Assert.All(frame, b => Assert.Equal(frame[0], b));
        }

        await sending;
    }

    /// <summary>Gives a few bytes at a time.</summary>
    private sealed class Pieces(byte[] bytes, int piece) : MemoryStream(bytes)
    {
        public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default) =>
            base.ReadAsync(buffer[..Math.Min(piece, buffer.Length)], cancellationToken);
    }
}
