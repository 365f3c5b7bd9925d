using System.Collections.Concurrent;
using QureHost.Plugins.Protocol;
using QureHost.Processes;
using QureHost.Sdk.Studies;

namespace QureHost.Plugins;

/// <summary>
/// The host's side of one run in a worker: answers what the worker asks. What it asks has the same rules as a product in
/// this process, since it goes through the same <see cref="HostedRun"/>; nothing that the worker checked is believed.
/// </summary>
internal sealed partial class RunSession : IDisposable
{
    /// <summary>Questions that may be open at once: a flood is a broken worker, not a busy one.</summary>
    private const int MostOpen = 512;

    private readonly HostedRun _run;
    private readonly IRunHost _host;
    private readonly RunLeases _leases;
    private readonly Func<Message, ValueTask> _send;
    private readonly CancellationTokenSource _stop;
    private readonly ConcurrentDictionary<long, Question> _open = new();
    private readonly TaskCompletionSource<Fault?> _ended = new(TaskCreationOptions.RunContinuationsAsynchronously);

    private int _disposed;

    public RunSession(string runId, HostedRun run, IRunHost host, SharedMemory memory, long limitBytes, Func<Message, ValueTask> send, CancellationToken ct)
    {
        (RunId, _run, _host, _send) = (runId, run, host, send);
        _leases = new RunLeases(memory, limitBytes);
        _stop = CancellationTokenSource.CreateLinkedTokenSource(ct);
        _studies[0] = new StudyEntry(run.Study);
    }

    public string RunId { get; }

    /// <summary>Done when the worker says that the product returned, with its fault.</summary>
    public Task<Fault?> Ended => _ended.Task;

    /// <summary>Takes a question; the answer is sent when it is there.</summary>
    /// <exception cref="ProtocolException">Too many are open, or its number is in use.</exception>
    public void Receive(Request request)
    {
        if (_open.Count >= MostOpen)
        {
            throw new ProtocolException($"More than {MostOpen} requests are open in one run.");
        }

        var cancel = CancellationTokenSource.CreateLinkedTokenSource(_stop.Token);
        var begin = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var work = HandleAsync(request, begin.Task, cancel);
        if (!_open.TryAdd(request.Id, new Question(request, cancel, work)))
        {
            throw new ProtocolException($"Request {request.Id} is open already.");
        }

        begin.SetResult();
    }

    public void Forget(long id)
    {
        if (_open.TryGetValue(id, out var open))
        {
            Cancel(open.Cancel);
        }
    }

    public void Release(IReadOnlyList<long> leases) => _leases.Release(leases);

    /// <summary>The worker says that the product returned. What it published before is published first; what else it asked, nobody waits for.</summary>
    public async Task EndAsync(Fault? fault)
    {
        await Task.WhenAll(_open.Values.Where(o => o.Request is Publish or Withdraw).Select(o => o.Work));
        _ended.TrySetResult(fault);
    }

    /// <summary>From here on every answer is that the run has ended, and what the run held is taken back.</summary>
    public void Dispose()
    {
        _run.End();
        if (Interlocked.Exchange(ref _disposed, 1) == 0)
        {
            Cancel(_stop);
            _ = CleanAsync();
        }
    }

    private static void Cancel(CancellationTokenSource source)
    {
        try
        {
            source.Cancel();
        }
        catch (Exception e) when (e is ObjectDisposedException or AggregateException)
        {
            // It ended meanwhile.
        }
    }

    private async Task CleanAsync()
    {
        await Task.WhenAll(_open.Values.Select(o => o.Work)).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        foreach (var stream in _streams.Values)
        {
            await stream.DisposeAsync();
        }

        foreach (var model in _models.Values)
        {
            await model.DisposeAsync();
        }

        _leases.Dispose();
        _stop.Dispose();
    }

    private async Task HandleAsync(Request request, Task begin, CancellationTokenSource cancel)
    {
        await begin.ConfigureAwait(false);
        Reply reply;
        try
        {
            reply = await AnswerAsync(request, cancel.Token);
        }
        catch (Exception e)
        {
            reply = new Failed(LocalRun.FaultOf(e));
        }

        try
        {
            await _send(reply with { To = request.Id });
        }
        catch (FrameException e)
        {
            // An answer that no frame carries; an answer there must be.
            await _send(new Failed(new Fault(FaultKind.Other, e.Message)) { To = request.Id });
        }
        catch (Exception e) when (e is IOException or ObjectDisposedException or InvalidOperationException)
        {
            // The worker is gone; whoever watches it knows.
        }
        finally
        {
            _open.TryRemove(request.Id, out _);
            cancel.Dispose();
        }
    }

    private ValueTask<Reply> AnswerAsync(Request request, CancellationToken ct) => request switch
    {
        ListSeries r => new(List(r)),
        ReadStudyTags r => new(StudyTags(r)),
        ReadTags r => new(InstanceTags(r)),
        ReadSlice r => SliceAsync(r, ct),
        ReadVolume r => VolumeAsync(r, ct),
        ReadPart10 r => Part10Async(r, ct),
        Open r => new(OpenStream(r)),
        Next r => NextAsync(r),
        Close r => CloseAsync(r),
        OpenModel r => OpenModelAsync(r, ct),
        RunModel r => RunModelAsync(r, ct),
        RentTensor r => new(Rent(r)),
        Checkpoint r => DoneAsync(_run.CheckpointAsync(r.Part, r.Stage, ct)),
        Publish r => PublishAsync(r, ct),
        Withdraw r => DoneAsync(_run.WithdrawAsync(r.Result, r.Reason, ct)),
        _ => throw new ProtocolException($"{request.GetType().Name} has no answer."),
    };

    private static async ValueTask<Reply> DoneAsync(ValueTask work)
    {
        await work;
        return new Done();
    }

    private readonly record struct Question(Request Request, CancellationTokenSource Cancel, Task Work);
}
