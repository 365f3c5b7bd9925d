using System.Collections.Concurrent;
using Microsoft.Extensions.Logging.Abstractions;
using QureHost.Onnx;
using QureHost.Sdk;
using QureHost.Sdk.Inference;
using QureHost.Sdk.Manifests;
using QureHost.Testing;

namespace QureHost.Inference.Tests;

public sealed class InferenceServiceTests : IAsyncLifetime
{
    private readonly TemporaryFolder _folder = new();
    private readonly ModelStore _store;
    private readonly RecordingDevice _device = new();
    private InferenceService _service;

    public InferenceServiceTests()
    {
        _store = new ModelStore([_folder.Path, Path.Combine(SharedData.RepositoryRoot, "tests", "models")]);
        _service = NewService(new InferenceOptions());
    }

    public ValueTask InitializeAsync() => ValueTask.CompletedTask;

    public async ValueTask DisposeAsync()
    {
        await _service.DisposeAsync();
        _folder.Dispose();
    }

    [Fact]
    public async Task A_model_is_opened_by_name_and_runs()
    {
        await using var model = await _service.OpenAsync("double", Context(), CancellationToken.None);

        Assert.Equal(("double", "1.0.0"), (model.Name, model.Version));
        Assert.Equal("a", model.Parameters.GetProperty("classes")[0].GetString());
        Assert.Equal([-1, 4], model.Inputs[0].Shape);
        var doubled = await DoubleAsync(model, 1, 2, 3, 4);
        Assert.Equal([3f, 5, 7, 9], doubled);
        Assert.Equal("ready", _service.StatusOf(Request("double")).State);
    }

    [Fact]
    public async Task The_session_is_shared_and_stays_warm_between_runs()
    {
        for (var i = 0; i < 5; i++)
        {
            await using var model = await _service.OpenAsync("double", Context(), CancellationToken.None);
            await DoubleAsync(model, i, i, i, i);
        }

        Assert.Equal(["double"], _device.Loads);
    }

    [Fact]
    public async Task Preloaded_models_are_ready_before_anyone_asks()
    {
        _service.Preload([(Request("half"), true), (Request("double"), false), (Request("not-installed"), false)]);

        await WaitUntil(() => _device.Loads.Count == 2);

        Assert.Equal(["half", "double"], _device.Loads);
        Assert.Contains("not installed", _service.StatusOf(Request("not-installed")).Reason);
    }

    [Fact]
    public async Task A_missing_or_damaged_model_fails_its_caller_and_nobody_else()
    {
        CopyModel("half", w => w[^1] ^= 1);
        var damaged = await Assert.ThrowsAsync<ModelUnavailableException>(async () => await _service.OpenAsync("half", Context(), CancellationToken.None));
        var missing = await Assert.ThrowsAsync<ModelUnavailableException>(async () => await _service.OpenAsync("nowhere", Context(), CancellationToken.None));

        Assert.Contains("is not the file that model.json names", damaged.Message);
        Assert.Contains("not installed", missing.Message);
        Assert.Equal("unavailable", _service.StatusOf(Request("half")).State);
        await using var sound = await _service.OpenAsync("double", Context(), CancellationToken.None);
        var doubled = await DoubleAsync(sound, 0, 0, 0, 0);
        Assert.Equal([1f, 1, 1, 1], doubled);
    }

    [Fact]
    public async Task A_model_that_was_repaired_is_loaded_without_a_restart()
    {
        CopyModel("half", w => w[^1] ^= 1);
        await Assert.ThrowsAsync<ModelUnavailableException>(async () => await _service.OpenAsync("half", Context(), CancellationToken.None));

        CopyModel("half", _ => { });

        await using var model = await _service.OpenAsync("half", Context(), CancellationToken.None);
        Assert.Equal("ready", _service.StatusOf(Request("half")).State);
    }

    [Fact]
    public async Task A_model_larger_than_the_device_is_refused_with_its_size()
    {
        await _service.DisposeAsync();
        _device.MemoryBytes = 1 << 20;
        _service = NewService(new InferenceOptions());

        var error = await Assert.ThrowsAsync<ModelUnavailableException>(async () => await _service.OpenAsync("double", Context(), CancellationToken.None));

        Assert.Contains("16 MB, more than any device's budget", error.Message);
    }

    [Fact]
    public async Task A_stat_run_is_served_before_routine_runs_that_came_first()
    {
        await using var routine = await _service.OpenAsync("double", Context(Lane.Routine), CancellationToken.None);
        await using var stat = await _service.OpenAsync("double", Context(Lane.Stat), CancellationToken.None);
        var order = new ConcurrentQueue<string>();
        _device.Hold();
        var waiting = Enumerable.Range(0, 5).Select(async i =>
        {
            await DoubleAsync(routine, i, i, i, i);
            order.Enqueue("routine");
        }).ToList();
        await WaitUntil(() => _device.Running == 1 && _service.QueuedCalls == 4);
        var urgent = Task.Run(async () =>
        {
            await DoubleAsync(stat, 9, 9, 9, 9);
            order.Enqueue("stat");
        });
        await WaitUntil(() => _service.QueuedCalls == 5);

        _device.Release(gently: true);
        await Task.WhenAll([.. waiting, urgent]);

        // The one that ran when the stat call came, then the stat call.
        Assert.Equal("stat", order.ElementAt(1));
    }

    [Fact]
    public async Task Calls_of_several_studies_run_as_one_batch_and_each_gets_its_own()
    {
        await _service.DisposeAsync();
        _service = NewService(new InferenceOptions { MaxBatch = 4 });
        await using var model = await _service.OpenAsync("double", Context(), CancellationToken.None);
        _device.Hold();
        var calls = Enumerable.Range(0, 9).Select(i => DoubleAsync(model, i, i, i, i)).ToArray();
        await WaitUntil(() => _service.QueuedCalls == 8);

        _device.Release();
        var outputs = await Task.WhenAll(calls);

        Assert.Equal(Enumerable.Range(0, 9).Select(i => (2f * i) + 1), outputs.Select(o => o[3]));
        Assert.Equal([1, 4, 4], _device.BatchSizes);
    }

    [Fact]
    public async Task A_waiting_call_that_is_cancelled_never_reaches_the_device()
    {
        await using var model = await _service.OpenAsync("double", Context(), CancellationToken.None);
        _device.Hold();
        var first = DoubleAsync(model, 1, 1, 1, 1);
        await WaitUntil(() => _device.Running == 1);
        using var cancel = new CancellationTokenSource();
        using var input = await model.RentAsync("x", [1, 4], CancellationToken.None);
        var second = model.RunAsync([input], cancel.Token).AsTask();

        await cancel.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => second);
        _device.Release();
        await first;
        Assert.Single(_device.BatchSizes);
        Assert.Equal(0, _service.QueuedCalls);
    }

    [Fact]
    public async Task Tiles_come_back_whole_and_are_filled_only_a_little_ahead()
    {
        await using var model = await _service.OpenAsync("double", Context(), CancellationToken.None);
        var tiles = new CountingTiles(20);
        var seen = new SortedSet<int>();

        await foreach (var tile in model.RunTilesAsync(tiles, CancellationToken.None))
        {
            using (tile)
            {
                Assert.True(seen.Add(tile.Index));
                Assert.Equal((2f * tile.Index) + 1, tile.Outputs[0].Span<float>()[0]);
                Assert.InRange(tiles.Filled - seen.Count, 0, 3);
            }
        }

        Assert.Equal(20, seen.Count);
    }

    [Fact]
    public async Task A_tile_source_that_throws_fails_its_caller_only()
    {
        await using var model = await _service.OpenAsync("double", Context(), CancellationToken.None);

        await Assert.ThrowsAsync<InvalidOperationException>(async () =>
        {
            await foreach (var tile in model.RunTilesAsync(new CountingTiles(5) { FailAt = 2 }, CancellationToken.None))
            {
                tile.Dispose();
            }
        });

        var doubled = await DoubleAsync(model, 2, 2, 2, 2);
        Assert.Equal([5f, 5, 5, 5], doubled);
    }

    [Fact]
    public async Task A_tensor_over_the_limit_is_refused_before_it_is_allocated()
    {
        await using var model = await _service.OpenAsync("brightness", Context(), CancellationToken.None);

        await Assert.ThrowsAsync<ContractException>(async () => await model.RentAsync("image", [1, 1, 100_000, 100_000], CancellationToken.None));
        Assert.Throws<ContractException>(() => _service.Rent(TensorType.Float32, [100_000, 100_000]));
    }

    private static ModelRequest Request(string name) => new("default", "hello", name);

    private static RunContext Context(Lane lane = Lane.Routine) => new("default", "hello", lane, TimeProvider.System.GetUtcNow().AddMinutes(5));

    private InferenceService NewService(InferenceOptions options) =>
        new(_store, _device, options, TimeProvider.System, NullLogger<InferenceService>.Instance);

    private static async Task<float[]> DoubleAsync(IModel model, params float[] values)
    {
        using var input = await model.RentAsync("x", [1, 4], CancellationToken.None);
        values.CopyTo(input.Span<float>());
        return (await model.RunAsync([input], CancellationToken.None))[0].Span<float>().ToArray();
    }

    private void CopyModel(string name, Action<byte[]> change)
    {
        var source = Path.Combine(SharedData.RepositoryRoot, "tests", "models", name);
        Directory.CreateDirectory(_folder.At(name));
        File.Copy(Path.Combine(source, "model.json"), _folder.At(name, "model.json"), overwrite: true);
        var weights = File.ReadAllBytes(Path.Combine(source, "model.onnx"));
        change(weights);
        File.WriteAllBytes(_folder.At(name, "model.onnx"), weights);
    }

    private static async Task WaitUntil(Func<bool> condition)
    {
        for (var i = 0; i < 1000 && !condition(); i++)
        {
            await Task.Delay(10);
        }

        Assert.True(condition());
    }

    private sealed class CountingTiles(int count) : ITileSource
    {
        private int _filled;

        public int Count => count;

        public int Filled => _filled;

        public int FailAt { get; init; } = -1;

        public IReadOnlyList<int> ShapeOf(string input) => [1, 4];

        public void Fill(int index, IReadOnlyList<ITensor> inputs)
        {
            if (index == FailAt)
            {
                throw new InvalidOperationException("no such tile");
            }

            Interlocked.Increment(ref _filled);
            inputs[0].Span<float>().Fill(index);
        }
    }
}
