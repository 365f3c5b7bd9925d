using System.Runtime.CompilerServices;
using QureHost.Sdk;
using QureHost.Sdk.Inference;
using QureHost.Sdk.Results;
using QureHost.Sdk.Studies;

namespace QureHost.Plugins.Tests;

/// <summary>A host that records what reaches it. Its study's slices come when the test says so.</summary>
internal sealed class FakeHost(RunClock clock) : IRunHost, IStudy
{
    public List<Result> Published { get; } = [];

    public List<string> Stages { get; } = [];

    public TaskCompletionSource Settled { get; } = new();

    public IStudy Study => this;

    string IStudy.Uid => "1.2.3";

    ITags IStudy.Tags => throw new NotSupportedException();

    IReadOnlyList<ISeries> IStudy.Series => [];

    public ValueTask<IModel> OpenModelAsync(string name, CancellationToken ct) =>
        throw new ModelUnavailableException($"Model '{name}': there is no model.json beside its weights.");

    public ValueTask<ITensor> RentAsync(TensorType type, IReadOnlyList<int> shape, CancellationToken ct) => throw new NotSupportedException();

    public ValueTask CheckpointAsync(double? done, string stage, CancellationToken ct)
    {
        ct.ThrowIfCancellationRequested();
        lock (Stages)
        {
            Stages.Add(stage);
        }

        return ValueTask.CompletedTask;
    }

    public ValueTask PublishAsync(Result result, CancellationToken ct)
    {
        lock (Published)
        {
            Published.Add(result);
        }

        return ValueTask.CompletedTask;
    }

    public ValueTask WithdrawAsync(string id, string reason, CancellationToken ct) => ValueTask.CompletedTask;

    public async IAsyncEnumerable<StudyEvent> WatchAsync([EnumeratorCancellation] CancellationToken ct)
    {
        yield return new SliceStored("1", "1.1");
        using (clock.Wait())
        {
            await Settled.Task.WaitAsync(ct);
        }

        yield return new SliceStored("1", "1.2");
        yield return new StudySettled();
    }

    public IAsyncEnumerable<IStudy> PriorsAsync(CancellationToken ct) => AsyncEnumerable.Empty<IStudy>();

    public IAsyncEnumerable<Result> ResultsOfAsync(string product, CancellationToken ct) => AsyncEnumerable.Empty<Result>();

    public IAsyncEnumerable<StudyReport> ReportsAsync(CancellationToken ct) => AsyncEnumerable.Empty<StudyReport>();
}
