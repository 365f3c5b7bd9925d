using System.Collections.Concurrent;
using QureHost.Plugins.Protocol;
using QureHost.Processes;
using QureHost.Sdk;
using QureHost.Sdk.Studies;

namespace QureHost.Plugins.Worker;

/// <summary>The worker's end of the channel: questions go out, answers come back to whoever asked.</summary>
internal sealed class HostLink(FrameChannel channel)
{
    private readonly ConcurrentDictionary<long, TaskCompletionSource<Reply>> _waiting = new();
    private long _last;

    /// <summary>Sends a message that has no answer.</summary>
    public ValueTask SendAsync(Message message) => channel.SendAsync(Wire.Write(message), CancellationToken.None);

    /// <summary>Asks, and waits for the answer.</summary>
    /// <exception cref="ContractException">And the other exceptions of the contract, as the host answered.</exception>
    public async Task<T> AskAsync<T>(Request request, CancellationToken ct)
        where T : Reply
    {
        ct.ThrowIfCancellationRequested();
        var id = Interlocked.Increment(ref _last);
        var answer = new TaskCompletionSource<Reply>(TaskCreationOptions.RunContinuationsAsynchronously);
        _waiting[id] = answer;
        try
        {
            await SendAsync(request with { Id = id });
            return Unwrap<T>(await answer.Task.WaitAsync(ct));
        }
        catch (OperationCanceledException) when (ct.IsCancellationRequested)
        {
            if (_waiting.TryRemove(id, out _))
            {
                await SendAsync(new Forget(request.Run, id));
            }

            throw;
        }
        finally
        {
            _waiting.TryRemove(id, out _);
        }
    }

    /// <summary>Takes an answer. One that nobody waits for any more holds leases until its run ends.</summary>
    public void Answer(Reply reply)
    {
        if (_waiting.TryRemove(reply.To, out var answer))
        {
            answer.TrySetResult(reply);
        }
    }

    private static T Unwrap<T>(Reply reply)
        where T : Reply => reply switch
        {
            T wanted => wanted,
            Failed { Fault: var fault } => throw Exception(fault),
            _ => throw new ProtocolException($"The host answered with {reply.GetType().Name} where {typeof(T).Name} was due."),
        };

    private static Exception Exception(Fault fault) => fault.Kind switch
    {
        FaultKind.Contract => new ContractException(fault.Message),
        FaultKind.Model => new ModelUnavailableException(fault.Message),
        FaultKind.Pixels => new PixelsUnavailableException(fault.Message),
        FaultKind.Cancelled => new OperationCanceledException(fault.Message),
        _ => new InvalidOperationException(fault.Message),
    };
}
