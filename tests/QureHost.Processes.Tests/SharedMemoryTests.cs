using QureHost.Sdk;
using QureHost.Sdk.Inference;
using QureHost.Testing;

namespace QureHost.Processes.Tests;

public sealed class SharedMemoryTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    private string Blocks => _folder.At("blocks");

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void A_block_is_zeroed_allocated_in_full_and_seen_by_who_opens_it()
    {
        using var memory = new SharedMemory(Blocks, 10 << 20);
        using var block = memory.Rent(5_000_000);
        Assert.All(block.Memory.Span.ToArray(), b => Assert.Equal(0, b));
        block.Memory.Span[4_999_999] = 9;

        using var opened = SharedBlock.Open(block.Path, block.Length, writable: false);

        Assert.Equal(9, opened.Memory.Span[4_999_999]);
        Assert.Equal(5_000_000, new FileInfo(block.Path).Length);
        Assert.Equal((5_000_000, 1), (memory.UsedBytes, memory.Blocks));
    }

    [Fact]
    public void The_last_lease_takes_the_block_away()
    {
        using var memory = new SharedMemory(Blocks, 1 << 20);
        var block = memory.Rent(100);
        var second = block.AddLease();

        block.Dispose();
        Assert.True(File.Exists(second.Path));
        Assert.Equal(100, second.Memory.Length);
        second.Dispose();

        Assert.Empty(Directory.GetFiles(Blocks));
        Assert.Equal((0, 0), (memory.UsedBytes, memory.Blocks));
        Assert.Throws<ObjectDisposedException>(() => block.AddLease());
        Assert.Throws<ObjectDisposedException>(() => block.Memory);
    }

    [Fact]
    public void The_budget_is_held_and_given_back()
    {
        using var memory = new SharedMemory(Blocks, 1000);
        using (memory.Rent(600))
        {
            var error = Assert.Throws<SharedMemoryException>(() => memory.Rent(401));
            Assert.Contains("budget", error.Message);
            Assert.Equal(600, memory.UsedBytes);
        }

        memory.Rent(1000).Dispose();
    }

    [Theory]
    [InlineData(0)]
    [InlineData(-1)]
    [InlineData(1L << 40)]
    public void A_size_that_is_none_is_refused(long bytes)
    {
        using var memory = new SharedMemory(Blocks, long.MaxValue);

        Assert.Throws<SharedMemoryException>(() => memory.Rent(bytes));
        Assert.Throws<SharedMemoryException>(() => SharedBlock.Open(_folder.At("x"), bytes, writable: false));
    }

    [Fact]
    public async Task A_full_folder_is_a_clear_error_and_leaves_nothing_behind()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux() && Environment.UserName == "root", "only root can mount a small file system");
        var small = Directory.CreateDirectory(_folder.At("small")).FullName;
        var (mounted, output) = await OutsideTool.RunAsync("mount", ["-t", "tmpfs", "-o", "size=1m", "tmpfs", small]);
        Assert.SkipUnless(mounted == 0, $"a small file system cannot be mounted: {output}");
        try
        {
            using var memory = new SharedMemory(small, 1 << 30);
            using var fits = memory.Rent(500_000);

            var error = Assert.Throws<SharedMemoryException>(() => memory.Rent(900_000));

            Assert.Contains("full", error.Message);
            Assert.Single(Directory.GetFiles(small));
            Assert.Equal(500_000, memory.UsedBytes);
            fits.Memory.Span.Fill(1);
        }
        finally
        {
            await OutsideTool.RunAsync("umount", [small]);
        }
    }

    [Fact]
    public void A_lie_about_the_length_is_a_typed_error()
    {
        using var memory = new SharedMemory(Blocks, 1 << 20);
        using var block = memory.Rent(1000);

        var error = Assert.Throws<SharedMemoryException>(() => SharedBlock.Open(block.Path, 1001, writable: false));
        Assert.Contains("said to have 1001 bytes; its file has 1000", error.Message);
        Assert.Throws<SharedMemoryException>(() => SharedBlock.Open(_folder.At("nowhere"), 10, writable: false));
    }

    [Fact]
    public void A_block_that_its_writer_cut_short_is_a_typed_error_when_copied()
    {
        using var memory = new SharedMemory(Blocks, 1 << 20);
        using var block = memory.Rent(100_000, workersMayWrite: true);
        using (var file = new FileStream(block.Path, FileMode.Open, FileAccess.Write, FileShare.ReadWrite))
        {
            file.SetLength(50_000);
        }

        var target = new byte[100_000];
        var error = Assert.Throws<SharedMemoryException>(() => block.CopyTo(target));
        Assert.Contains("cut short", error.Message);
    }

    [Fact]
    public void What_a_host_left_behind_is_swept_at_the_next_start()
    {
        Directory.CreateDirectory(Blocks);
        File.WriteAllText(Path.Combine(Blocks, "0123.block"), "left");
        File.WriteAllText(Path.Combine(Blocks, "readme"), "not ours");

        using var memory = new SharedMemory(Blocks, 1 << 20);
        using var live = memory.Rent(10);
        memory.Sweep();

        Assert.Equal([live.Path, Path.Combine(Blocks, "readme")], Directory.GetFiles(Blocks).Order());
    }

    [Fact]
    public void The_folder_goes_with_its_owner()
    {
        var memory = new SharedMemory(Blocks, 1 << 20);
        memory.Rent(10);

        memory.Dispose();

        Assert.False(Directory.Exists(Blocks));
        Assert.Throws<SharedMemoryException>(() => memory.Rent(10));
    }

    [Fact]
    public async Task Many_renting_at_once_are_counted_right()
    {
        using var memory = new SharedMemory(Blocks, 1 << 30);

        await Task.WhenAll(Enumerable.Range(0, 8).Select(n => Task.Run(() =>
        {
            for (var i = 1; i <= 50; i++)
            {
                using var block = memory.Rent(i * 100);
                using var lease = block.AddLease();
                block.Memory.Span.Fill((byte)n);
                Assert.All(block.Memory.Span.ToArray(), b => Assert.Equal(n, b));
            }
        })));

        Assert.Equal((0, 0), (memory.UsedBytes, memory.Blocks));
    }

    [Fact]
    public void A_tensor_lies_in_its_block_and_ends_one_lease()
    {
        using var memory = new SharedMemory(Blocks, 1 << 20);
        var tensor = SharedTensor.Rent(memory, TensorType.Float32, [2, 3]);
        tensor.Span<float>()[5] = 1.5f;
        var copy = new byte[24];
        tensor.CopyTo(copy);

        Assert.Equal(1.5f, BitConverter.ToSingle(copy, 20));
        Assert.Throws<InvalidOperationException>(() => tensor.Span<int>());
        Assert.Throws<ContractException>(() => new SharedTensor(tensor.Block, TensorType.Float32, [2, 4]));
        Assert.Throws<ContractException>(() => new SharedTensor(tensor.Block, TensorType.Float32, [-1]));
        Assert.Throws<ContractException>(() => new SharedTensor(tensor.Block, TensorType.UInt8, [4], offset: 21));
        Assert.Throws<ContractException>(() => SharedTensor.Rent(memory, TensorType.Int64, [65536, 65536, 65536]));
        tensor.Dispose();
        tensor.Dispose();
        Assert.Equal(0, memory.Blocks);
    }
}
