using QureHost.Onnx;
using QureHost.Sdk;
using QureHost.Sdk.Inference;
using QureHost.Sdk.Results;
using QureHost.Sdk.Studies;

namespace QureHost.Plugins.ChestXray.Tests.Fakes;

/// <summary>A run that keeps what is published and opens the repository's models.</summary>
internal sealed class FakeRun(IStudy study, ChestXraySettings? settings = null) : IRun
{
    private readonly Dictionary<string, Result> _results = [];

    public RunInfo Info { get; } = new("run", 1, "chest-xray", "0", "default", study.Uid);

    public IStudy Study => study;

    /// <summary>Current results in the order in which their ids were first published.</summary>
    public IReadOnlyList<Result> Results => [.. Order.Distinct().Select(id => _results[id])];

    public List<string> Order { get; } = [];

    public List<string> ModelsOpened { get; } = [];

    public Gate Gate => Assert.Single(Results.OfType<Gate>());

    public Finding Finding(string name) => Results.OfType<Finding>().Single(f => f.Name == name);

    public T Settings<T>()
        where T : class, new() => settings as T ?? new T();

    public ValueTask<IModel> ModelAsync(string name, CancellationToken ct)
    {
        ModelsOpened.Add(name);
        return ValueTask.FromResult<IModel>(RepositoryModel.Open(name));
    }

    public ValueTask<ITensor> RentAsync(TensorType type, IReadOnlyList<int> shape, CancellationToken ct) =>
        ValueTask.FromResult<ITensor>(ArrayTensor.Rent(type, [.. shape]));

    public ValueTask CheckpointAsync(double? done, string stage, CancellationToken ct) => ValueTask.CompletedTask;

    public ValueTask PublishAsync(Result result, CancellationToken ct)
    {
        Order.Add(result.Id);
        _results[result.Id] = result;
        return ValueTask.CompletedTask;
    }

    public ValueTask WithdrawAsync(string id, string reason, CancellationToken ct)
    {
        _results.Remove(id);
        Order.RemoveAll(o => o == id);
        return ValueTask.CompletedTask;
    }

    public static async Task<FakeRun> OfAsync(IStudy study, ChestXraySettings? settings = null)
    {
        var run = new FakeRun(study, settings);
        await new ChestXrayProduct().RunAsync(run, TestContext.Current.CancellationToken);
        return run;
    }
}
