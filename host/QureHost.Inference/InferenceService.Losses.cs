using Microsoft.Extensions.Logging;
using QureHost.Sdk;

namespace QureHost.Inference;

/// <content>A device that is lost: no call is lost with it, and the one that ends it is told apart from those beside it.</content>
public sealed partial class InferenceService
{
    /// <summary>A call under which the device ended so often is taken for the reason.</summary>
    private const int MostLosses = 3;

    private void OnLost()
    {
        lock (_gate)
        {
            _present = false;
            _life++;
            _policy.DeviceLost(0, away: true);
            foreach (var entry in _models.Values)
            {
                entry.Resident = false;
                entry.Loading = false;
            }
        }
    }

    private void OnReturned()
    {
        lock (_gate)
        {
            _present = true;
            _policy.DeviceReturned(0);
        }

        Pump();
    }

    /// <summary>Under the pump's lock. Calls that failed together run again, each alone; one that failed alone has failed.</summary>
    private void FailOrRepeat(ModelEntry entry, Call[] calls, Exception failure)
    {
        foreach (var call in calls)
        {
            if (failure is DeviceLostException { Started: true })
            {
                call.Losses++;
            }

            switch (failure)
            {
                case var _ when call.Cancelled.IsCancellationRequested || failure is OperationCanceledException:
                    call.Done.TrySetCanceled(call.Cancelled);
                    break;
                case DeviceLostException when call.Losses < MostLosses:
                    Repeat(entry, call);
                    break;
                case DeviceLostException:
                    call.Done.TrySetException(new ModelUnavailableException($"Model '{entry.Folder.Card.Name}': its device ended {call.Losses} times while it ran on this input. {failure.Message}", failure));
                    break;
                case ModelUnavailableException when calls.Length > 1:
                    Repeat(entry, call);
                    break;
                case ModelUnavailableException or ContractException:
                    call.Done.TrySetException(failure);
                    break;
                default:
                    call.Done.TrySetException(new ModelUnavailableException($"Model '{entry.Folder.Card.Name}' failed: {failure.Message}", failure));
                    break;
            }
        }
    }

    /// <summary>Under the pump's lock. Takes back what waits for a model that ended its device while it was loaded.</summary>
    private List<Call> Withdraw(ModelEntry entry, string error)
    {
        entry.Error = error;
        var waiting = _calls.Values.Where(c => c.Work.Model == entry.Sha256 && _policy.Cancel(c.Work.Id)).ToList();
        waiting.ForEach(c => _calls.Remove(c.Work.Id));
        return waiting;
    }

    private void Repeat(ModelEntry entry, Call call)
    {
        if (_stop.IsCancellationRequested)
        {
            call.Done.TrySetCanceled();
            return;
        }

        // Judged anew: what was in time may be late now, with models to be loaded again.
        var admission = _policy.Submit(call.Work with { BatchKey = null }, Now);
        if (admission.Refused is { } refused)
        {
            call.Done.TrySetException(new ModelUnavailableException($"Model '{entry.Folder.Card.Name}' cannot run here: {refused}"));
            return;
        }

        _calls.Add(call.Work.Id, call);
        LogRepeated(_logger, entry.Folder.Card.Name, admission.Late);
    }

    [LoggerMessage(EventId = 6003, Level = LogLevel.Warning, Message = "A call of model {Name} is run again alone (late: {Late})")]
    private static partial void LogRepeated(ILogger logger, string name, bool late);
}
