using QureHost.Sdk.Manifests;

namespace QureHost.Scheduling;

/// <content>Which works run next, and together.</content>
public sealed partial class Scheduler
{
    private Decision.Run? NextRun(DeviceState device, TimeSpan now, ref TimeSpan? wake)
    {
        var head = FirstRunnable(device);
        if (head is null)
        {
            return null;
        }

        var batch = BatchOf(head, now, out var full);
        if (!full && WaitsForCompany(head) is { } until && until > now)
        {
            wake = wake is null || until < wake ? until : wake;
            return null;
        }

        var expected = Costs.Seconds(head.Work.Model, head.Work.BatchKey, batch.Sum(w => w.Work.Items));
        var dispatch = new Dispatch(++_dispatches, device, head.Work.Model, batch, now, expected);
        foreach (var work in batch)
        {
            Leave(work);
        }

        Charge(dispatch, expected);
        device.Running = dispatch;
        device.Models[head.Work.Model].LastUsed = now;
        return new Decision.Run(dispatch.Id, device.Id, dispatch.Model, [.. batch.Select(w => w.Work.Id)], expected);
    }

    /// <summary>The first work, in order of service, whose model this device holds.</summary>
    private QueuedWork? FirstRunnable(DeviceState device) =>
        _waitingByModel.Keys.Any(device.Models.ContainsKey)
            ? InOrder().FirstOrDefault(w => device.Models.ContainsKey(w.Work.Model))
            : null;

    private List<QueuedWork> BatchOf(QueuedWork head, TimeSpan now, out bool full)
    {
        var maxItems = _models[head.Work.Model].MaxBatch;
        List<QueuedWork> batch = [head];
        var items = head.Work.Items;
        full = head.Work.BatchKey is null || items >= maxItems;
        if (full)
        {
            return batch;
        }

        // A stat work takes only stat company, and only as much as its own slack allows.
        var limit = head.Lane == Lane.Stat ? (head.Due - now).TotalSeconds : _options.LongestBatch.TotalSeconds;
        foreach (var other in InOrder())
        {
            if (other == head || other.Work.Model != head.Work.Model || other.Work.BatchKey != head.Work.BatchKey
                || (head.Lane == Lane.Stat && other.Lane != Lane.Stat))
            {
                continue;
            }

            if (items + other.Work.Items > maxItems
                || Costs.Seconds(head.Work.Model, head.Work.BatchKey, items + other.Work.Items) > limit)
            {
                full = true;
                break;
            }

            batch.Add(other);
            items += other.Work.Items;
        }

        return batch;
    }

    /// <summary>Until when a batch that is not full waits, or null where it does not.</summary>
    private TimeSpan? WaitsForCompany(QueuedWork head)
    {
        if (_options.BatchWindow <= TimeSpan.Zero || head.Lane == Lane.Stat)
        {
            return null;
        }

        var slack = head.Due - head.Submitted - TimeSpan.FromSeconds(Costs.Seconds(head.Work.Model, head.Work.BatchKey, head.Work.Items));
        var window = slack / 10 < _options.BatchWindow ? slack / 10 : _options.BatchWindow;
        return head.Submitted + window;
    }

    /// <summary>When a work would be done if nothing else came: what is before it, then itself and what follows it.</summary>
    private TimeSpan ExpectedFinish(QueuedWork work, TimeSpan now)
    {
        var before = _devices.Min(d => d.Running is { } r ? Math.Max(0, r.ExpectedSeconds - (now - r.Started).TotalSeconds) : 0);
        foreach (var other in InOrder())
        {
            if (other == work)
            {
                break;
            }

            before += SecondsWithFollowing(other.Work) / _devices.Length;
        }

        var load = _devices.Any(d => d.Models.ContainsKey(work.Work.Model)) ? 0 : Costs.LoadSeconds(work.Work.Model);
        return now + TimeSpan.FromSeconds(Math.Max(before, load) + SecondsWithFollowing(work.Work));
    }

    private double SecondsWithFollowing(Work work) =>
        Costs.Seconds(work.Model, work.BatchKey, work.Items) * (1 + work.Following);
}
