using QureHost.Onnx;
using QureHost.Sdk;
using QureHost.Sdk.Inference;
using QureHost.Sdk.Manifests;

namespace QureHost.Inference.Tests;

/// <summary>A real process that really dies.</summary>
public sealed class DeviceProcessTests
{
    private static readonly ModelRequest Double = new("default", "hello", "double");

    [Fact]
    public async Task A_model_runs_in_the_devices_process_as_it_does_in_this_one()
    {
        await using var house = new DeviceHouse();
        await using var model = await house.OpenAsync("double");

        Assert.Equal([-1, 4], model.Inputs[0].Shape);
        await DoublesAsync(model, [1, 2, 3, 4], [3f, 5, 7, 9]);
        Assert.NotEqual(Environment.ProcessId, house.Device.ProcessId);
        Assert.Equal("cpu", house.Device.Name);
        Assert.InRange(house.Device.ResidentBytes, 1 << 20, 500 << 20);
    }

    [Fact]
    public async Task Outputs_larger_than_any_before_come_back_whole()
    {
        await using var house = new DeviceHouse();
        house.AddModel("large-output", OnnxBytes.LargeOutput(1500));
        await using var large = await house.OpenAsync("large-output");
        await using var small = await house.OpenAsync("double");

        await DeviceHouse.DoubleAsync(small, 1, 2, 3, 4);
        var output = Assert.Single(await DeviceHouse.RunAsync(large, 2.5f));

        Assert.Equal([1500, 1500], output.Shape);
        Assert.Equal(-1, output.Span<float>().IndexOfAnyExcept(2.5f));
        await DoublesAsync(small, [4, 0, 0, 0], [9f, 1, 1, 1]);
    }

    [Fact]
    public async Task A_graph_that_fails_on_its_inputs_fails_its_caller_and_the_device_lives()
    {
        await using var house = new DeviceHouse();
        house.AddModel("matrix", OnnxBytes.Matrix(10));
        await using var model = await house.OpenAsync("matrix");
        using var wrong = await model.RentAsync("x", [3, 7], CancellationToken.None);   // cannot be expanded to [10, 10]

        var error = await Assert.ThrowsAsync<ModelUnavailableException>(async () => await model.RunAsync([wrong], CancellationToken.None));

        Assert.Contains("'matrix 1.0.0' failed", error.Message);
        Assert.Equal(40, await DeviceHouse.MaxAsync(model, 2));
        Assert.Equal(0, house.Device.Losses);
    }

    [Fact]
    public async Task What_is_no_model_is_refused_and_the_device_lives()
    {
        await using var house = new DeviceHouse();
        house.AddModel("noise", [1, 2, 3, 4, 5]);

        var error = await Assert.ThrowsAsync<ModelUnavailableException>(async () => await house.OpenAsync("noise"));

        Assert.Contains("cannot be loaded", error.Message);
        await using var sound = await house.OpenAsync("double");
        await DoublesAsync(sound, [0, 0, 0, 0], [1f, 1, 1, 1]);
        Assert.Equal(0, house.Device.Losses);
    }

    [Fact]
    public async Task A_device_killed_in_the_middle_of_a_run_loses_no_call()
    {
        await using var house = new DeviceHouse();
        house.AddModel("slow", OnnxBytes.Matrix(3000));   // 54 billion operations
        await using var slow = await house.OpenAsync("slow");
        await using var quick = await house.OpenAsync("double");
        var calls = Enumerable.Range(1, 3).Select(v => DeviceHouse.MaxAsync(slow, v)).ToArray();
        var others = Enumerable.Range(0, 20).Select(v => DeviceHouse.DoubleAsync(quick, v, v, v, v)).ToArray();
        await Task.Delay(200);
        Assert.Contains(calls, c => !c.IsCompleted);

        house.KillDevice();

        var found = await Task.WhenAll(calls);
        Assert.Equal([3000f, 12000, 27000], found);
        Assert.Equal(Enumerable.Range(0, 20).Select(v => (2f * v) + 1), (await Task.WhenAll(others)).Select(o => o[0]));
        Assert.Equal(1, house.Device.Losses);
    }

    [Fact]
    public async Task A_device_killed_again_and_again_serves_all_the_same_and_leaves_nothing_behind()
    {
        await using var house = new DeviceHouse();
        await using var model = await house.OpenAsync("double");
        var gone = new List<int>();
        for (var round = 0; round < 5; round++)
        {
            await DoublesAsync(model, [0, 0, 0, round], [1f, 1, 1, 2f * round + 1]);
            gone.Add(house.Device.ProcessId!.Value);
            house.KillDevice();
            await DeviceHouse.WaitUntil(() => house.Device.Losses == round + 1);
        }

        await DoublesAsync(model, [3, 3, 3, 3], [7f, 7, 7, 7]);
        Assert.Equal(5, gone.Distinct().Count());
        Assert.All(gone, id => Assert.False(Directory.Exists($"/proc/{id}")));
        Assert.InRange(house.Memory.Blocks, 1, 2);   // the two that tensors pass through
        await house.Service.DisposeAsync();
        Assert.False(Directory.Exists(house.BlockFolder));
    }

    [Fact]
    public async Task Pinned_models_are_loaded_again_before_anyone_asks()
    {
        await using var house = new DeviceHouse();
        house.Service.Preload([(Double, true)]);
        await DeviceHouse.WaitUntil(() => house.Service.StatusOf(Double).State == "ready");

        house.KillDevice();

        await DeviceHouse.WaitUntil(() => house.Device.Losses == 1 && house.Service.StatusOf(Double).State == "ready");
    }

    [Fact]
    public async Task A_model_that_will_not_stop_is_ended_with_its_process_and_charged_to_its_caller_alone()
    {
        await using var house = new DeviceHouse(o => o with { RunCeiling = TimeSpan.FromSeconds(2), RunFloor = TimeSpan.FromSeconds(2), StopGrace = TimeSpan.FromSeconds(.5) });
        house.AddModel("endless", OnnxBytes.Matrix(9000));   // 1.5 trillion operations in one node
        await using var endless = await house.OpenAsync("endless");
        await using var sound = await house.OpenAsync("double");
        var stuck = DeviceHouse.RunAsync(endless, 1);
        var waiting = Enumerable.Range(0, 5).Select(v => DeviceHouse.DoubleAsync(sound, v, v, v, v)).ToArray();

        var error = await Assert.ThrowsAsync<ModelUnavailableException>(() => stuck);

        Assert.Contains("'endless 1.0.0' was ended with its device's process: it did not end within 2 s and would not stop", error.Message);
        Assert.Equal([1f, 3, 5, 7, 9], (await Task.WhenAll(waiting)).Select(o => o[0]));
        Assert.Equal(1, house.Device.Losses);
    }

    [Fact]
    public async Task A_model_that_ended_its_device_three_times_is_held_back()
    {
        await using var house = new DeviceHouse(o => o with { RunCeiling = TimeSpan.FromSeconds(.5), RunFloor = TimeSpan.FromSeconds(.5), StopGrace = TimeSpan.Zero });
        house.AddModel("endless", OnnxBytes.Matrix(9000));
        for (var i = 0; i < 3; i++)
        {
            await using var endless = await house.OpenAsync("endless");
            await Assert.ThrowsAsync<ModelUnavailableException>(() => DeviceHouse.RunAsync(endless, 1));
        }

        var error = await Assert.ThrowsAsync<ModelUnavailableException>(async () => await DeviceHouse.RunAsync(await house.OpenAsync("endless"), 1));

        Assert.Contains("held back", error.Message);
        await using var sound = await house.OpenAsync("double");
        await DoublesAsync(sound, [0, 0, 0, 0], [1f, 1, 1, 1]);
    }

    [Theory]
    [InlineData(Accelerator.Cpu)]    // with the kernel's limit of private memory
    [InlineData(Accelerator.Auto)]   // without, as CUDA needs it: ended by the watch
    public async Task A_model_that_takes_more_memory_than_the_device_has_fails_with_a_reason(Accelerator accelerator)
    {
        await using var house = new DeviceHouse(o => o with { Accelerator = accelerator, MemoryBytes = 200 << 20, OwnBytes = 300 << 20, RunCeiling = TimeSpan.FromSeconds(60) });
        house.AddModel("hog", OnnxBytes.Large(40_000));   // 6.4 GB
        await using var hog = await house.OpenAsync("hog");
        await using var sound = await house.OpenAsync("double");

        var error = await Assert.ThrowsAsync<ModelUnavailableException>(() => DeviceHouse.RunAsync(hog, 1));

        Assert.Matches("memory|alloc", error.Message);
        await DoublesAsync(sound, [0, 0, 0, 0], [1f, 1, 1, 1]);
    }

    [Fact]
    public async Task A_run_that_is_cancelled_ends_at_its_next_node()
    {
        await using var house = new DeviceHouse();
        house.AddModel("slow", OnnxBytes.Matrix(3000));
        await using var slow = await house.OpenAsync("slow");
        using var cancel = new CancellationTokenSource();
        var run = DeviceHouse.RunAsync(slow, 1, cancel.Token);
        await Task.Delay(100);

        await cancel.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => run);
        Assert.Equal(3000, await DeviceHouse.MaxAsync(slow, 1));
        Assert.Equal(0, house.Device.Losses);
    }

    [Fact]
    public async Task Calls_that_ran_as_one_batch_are_told_apart_when_one_of_them_fails()
    {
        await using var house = new DeviceHouse(inference: new InferenceOptions { MaxBatch = 4 });
        house.AddModel("slow", OnnxBytes.Matrix(2000));
        await using var slow = await house.OpenAsync("slow", Lane.Stat);
        await using var model = await house.OpenAsync("double");
        var holding = DeviceHouse.MaxAsync(slow, 1);
        await DeviceHouse.WaitUntil(() => house.Service.QueuedCalls == 0);
        var batch = Enumerable.Range(0, 4).Select(v => DeviceHouse.DoubleAsync(model, v, v, v, v)).ToArray();
        await holding;

        Assert.Equal([1f, 3, 5, 7], (await Task.WhenAll(batch)).Select(o => o[0]));
    }

    [Theory]
    [InlineData("garbage", "what is no message")]
    [InlineData("half", "")]
    [InlineData("silent", "did not answer")]
    [InlineData("lies", "outputs that are not there")]
    public async Task A_device_that_breaks_the_protocol_is_ended_and_the_model_fails_with_a_reason(string how, string words)
    {
        await using var house = new DeviceHouse(o => o with
        {
            Program = Path.Combine(AppContext.BaseDirectory, "QureHost.Processes.Child.dll"),
            Silence = TimeSpan.FromSeconds(how == "silent" ? 1 : 60),
        });
        Directory.CreateDirectory(house.WorkingDirectory);
        await File.WriteAllTextAsync(Path.Combine(house.WorkingDirectory, "kind"), $"device-{how}");

        var error = await Assert.ThrowsAsync<ModelUnavailableException>(async () => await DeviceHouse.DoubleAsync(await house.OpenAsync("double"), 1, 2, 3, 4));

        Assert.Contains(words, error.Message);
    }

    [Fact]
    public async Task A_device_that_cannot_be_started_is_told_to_who_waits()
    {
        await using var house = new DeviceHouse(o => o with { Program = Path.Combine(AppContext.BaseDirectory, "no-such.dll") });

        var error = await Assert.ThrowsAsync<ModelUnavailableException>(async () => await house.OpenAsync("double"));

        Assert.Contains("Models cannot run", error.Message);
    }

    private static async Task DoublesAsync(IModel model, float[] values, float[] expected) =>
        Assert.Equal(expected, await DeviceHouse.DoubleAsync(model, values));
}
