using QureHost.Sdk;
using QureHost.Sdk.Inference;
using QureHost.Testing;

namespace QureHost.Onnx.Tests;

public sealed class OnnxSessionTests
{
    [Fact]
    public void A_model_runs_on_any_batch_and_gives_the_known_values()
    {
        using var session = OnnxSession.Load(TestModel("double"), Accelerator.Cpu);
        using var input = Tensor([3, 4], [.. Enumerable.Range(0, 12).Select(i => (float)i)]);

        var outputs = session.Run([input]);

        Assert.Equal([3, 4], outputs[0].Shape);
        Assert.Equal(Enumerable.Range(0, 12).Select(i => (2f * i) + 1), outputs[0].Span<float>().ToArray());
        Assert.Equal(new TensorPort("x", TensorType.Float32, [-1, 4]).Shape, session.Inputs[0].Shape);
    }

    [Fact]
    public void Half_precision_weights_behind_a_cast_load_and_run()
    {
        using var session = OnnxSession.Load(TestModel("half"), Accelerator.Cpu);
        using var input = Tensor([1, 3], [1, 10, 100]);

        var outputs = session.Run([input]);

        // 1·1 + 10·2 + 100·3 and 1·½ + 10·¼ + 100·⅛
        Assert.Equal([321f, 15.5f], outputs[0].Span<float>().ToArray());
    }

    [Fact]
    public async Task Runs_that_overlap_on_one_session_do_not_mix_their_outputs()
    {
        using var session = OnnxSession.Load(TestModel("double"), Accelerator.Cpu);

        var sums = await Task.WhenAll(Enumerable.Range(0, 64).Select(k => Task.Run(() =>
        {
            using var input = Tensor([1, 4], [k, k, k, k]);
            return session.Run([input])[0].Span<float>()[3];
        })));

        Assert.Equal(Enumerable.Range(0, 64).Select(k => (2f * k) + 1), sums);
    }

    [Theory]
    [InlineData(new[] { 1, 5 }, "takes [any, 4]; got [1, 5]")]
    [InlineData(new[] { 4 }, "takes [any, 4]; got [4]")]
    public void A_shape_that_does_not_fit_is_refused_before_native_code(int[] shape, string message)
    {
        using var session = OnnxSession.Load(TestModel("double"), Accelerator.Cpu);
        using var input = ArrayTensor.Rent(TensorType.Float32, shape);

        Assert.Contains(message, Assert.Throws<ContractException>(() => session.Run([input])).Message);
    }

    [Fact]
    public void A_wrong_type_or_count_of_inputs_is_refused()
    {
        using var session = OnnxSession.Load(TestModel("double"), Accelerator.Cpu);
        using var input = ArrayTensor.Rent(TensorType.Int64, [1, 4]);

        Assert.Contains("takes Float32; got Int64", Assert.Throws<ContractException>(() => session.Run([input])).Message);
        Assert.Contains("takes 1 inputs", Assert.Throws<ContractException>(() => session.Run([])).Message);
    }

    [Fact]
    public void An_output_type_that_products_cannot_be_given_is_refused_when_loading() =>
        Assert.Contains("'y' is Bool", Assert.Throws<ModelUnavailableException>(() => OnnxSession.Load(TestModel("boolean"), Accelerator.Cpu)).Message);

    [Fact]
    public async Task A_long_run_ends_soon_after_it_is_cancelled()
    {
        using var session = OnnxSession.Load(TestModel("long"), Accelerator.Cpu);
        using var input = ArrayTensor.Rent(TensorType.Float32, [700, 700]);
        input.Span<float>().Fill(.001f);
        using var cancel = new CancellationTokenSource(TimeSpan.FromMilliseconds(300));

        var run = Task.Run(() => session.Run([input], cancel.Token));

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => run);
    }

    [Fact]
    public void Cuda_without_cuda_falls_back_to_the_cpu_and_says_why()
    {
        using var session = OnnxSession.Load(TestModel("double"), Accelerator.Cuda);
        if (session.Device == "cuda")
        {
            Assert.Skip("this machine has CUDA");
        }

        Assert.Matches("CPU flavour of ONNX Runtime|CUDA cannot be used here: ", session.Fallback!);
        using var input = Tensor([1, 4], [1, 2, 3, 4]);
        Assert.Equal([3f, 5, 7, 9], session.Run([input])[0].Span<float>().ToArray());
    }

    [Fact]
    public void A_real_segmentation_network_loads_within_its_declared_ports()
    {
        var path = SharedData.At("models", "cxr", "cxr-lung-heart-seg128.onnx");
        Assert.SkipUnless(File.Exists(path), SharedData.Absent);
        using var session = OnnxSession.Load(File.ReadAllBytes(path), "lung-heart", Accelerator.Cpu);
        using var image = ArrayTensor.Rent(TensorType.Float32, [1, 1, 128, 128]);
        var noise = new Random(7);
        foreach (ref var pixel in image.Span<float>())
        {
            pixel = noise.NextSingle();
        }

        var masks = session.Run([image])[0];

        // Its card: masks [N, 2, 128, 128], probabilities.
        Assert.Equal([1, 2, 128, 128], masks.Shape);
        foreach (var p in masks.Span<float>())
        {
            Assert.InRange(p, 0f, 1f);
        }
    }

    internal static ModelFolder TestModel(string name) =>
        ModelFolder.Open(Path.Combine(SharedData.RepositoryRoot, "tests", "models", name));

    private static ArrayTensor Tensor(int[] shape, float[] values)
    {
        var tensor = ArrayTensor.Rent(TensorType.Float32, shape);
        values.CopyTo(tensor.Span<float>());
        return tensor;
    }
}
