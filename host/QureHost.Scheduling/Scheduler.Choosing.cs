using QureHost.Sdk.Manifests;

namespace QureHost.Scheduling;

/// <content>Which works run next, and together.</content>
public sealed partial class Scheduler
{
    private Decision.Run? NextRun(DeviceState device, TimeSpan now, ref TimeSpan? wake)
    {
        var head = FirstRunnable(device, now);
        if (head is null)
        {
            return null;
        }

        var batch = BatchOf(head, device, now, out var full);
        if (!full && WaitsForCompany(head, device) is { } until && until > now)
        {
            wake = wake is null || until < wake ? until : wake;
            return null;
        }

        var expected = Costs.Seconds(head.Work.Model, head.Work.BatchKey, batch.Sum(w => w.Work.Items), device.Kind);
        var dispatch = new Dispatch(++_dispatches, device, head.Work.Model, batch, now, expected);
        foreach (var work in batch)
        {
            Leave(work);
        }

        Charge(dispatch, expected, begins: true);
        device.Running = dispatch;
        device.Models[head.Work.Model].LastUsed = now;
        return new Decision.Run(dispatch.Id, device.Id, dispatch.Model, [.. batch.Select(w => w.Work.Id)], expected);
    }

    /// <summary>The first work, in order of service, whose model this device holds.</summary>
    private QueuedWork? FirstRunnable(DeviceState device, TimeSpan now)
    {
        if (!HoldsOneThatWaits(device))
        {
            return null;
        }

        if (_alike)
        {
            foreach (var work in InOrder())
            {
                if (device.Models.ContainsKey(work.Work.Model))
                {
                    return work;
                }
            }
        }

        // Where another kind of device would be done sooner although it must first end what it runs and what comes before,
        // the work waits for that one.
        var before = _devices.ToDictionary(d => d.Id, d => RunningSeconds(d, now));
        foreach (var work in InOrder().Where(w => device.Models.ContainsKey(w.Work.Model)))
        {
            var here = Costs.Seconds(work.Work.Model, work.Work.BatchKey, work.Work.Items, device.Kind);
            var (sooner, earliest) = ((DeviceState?)null, here);
            foreach (var other in _devices)
            {
                if (other.Present && other.Kind != device.Kind && other.Models.ContainsKey(work.Work.Model)
                    && before[other.Id] + Costs.Seconds(work.Work.Model, work.Work.BatchKey, work.Work.Items, other.Kind) is var finish && finish < earliest)
                {
                    (sooner, earliest) = (other, finish);
                }
            }

            if (sooner is null)
            {
                return work;
            }

            before[sooner.Id] = earliest;
        }

        return null;
    }

    private static double RunningSeconds(DeviceState device, TimeSpan now) =>
        device.Running is { } run ? Math.Max(0, run.ExpectedSeconds - (now - run.Started).TotalSeconds) : 0;

    private List<QueuedWork> BatchOf(QueuedWork head, DeviceState device, TimeSpan now, out bool full)
    {
        var maxItems = _models[head.Work.Model].MaxBatch;
        List<QueuedWork> batch = [head];
        var items = head.Work.Items;
        full = head.Work.BatchKey is null || items >= maxItems;
        if (full)
        {
            return batch;
        }

        var stat = head.Lane == Lane.Stat;
        var limit = _options.LongestBatch.TotalSeconds;
        if (stat)
        {
            limit = Math.Min(limit, (head.Due - now).TotalSeconds);
        }

        foreach (var other in stat ? _lanes[(int)Lane.Stat].InOrder() : InOrder())
        {
            if (other == head)
            {
                continue;
            }

            if (other.Work.Model != head.Work.Model || other.Work.BatchKey != head.Work.BatchKey)
            {
                if (stat && device.Models.ContainsKey(other.Work.Model))
                {
                    break;
                }

                continue;
            }

            // A stat batch keeps to the order of deadlines: it passes nothing over, not even calls of a job that are still
            // to come. Otherwise works of later deadlines would take time from earlier ones again and again.
            if (stat && batch[^1].Work is { Following: > 0 } last && (last.Job is null || last.Job != other.Work.Job))
            {
                break;
            }

            if (items + other.Work.Items > maxItems
                || Costs.Ceiling(head.Work.Model, head.Work.BatchKey, items + other.Work.Items, device.Kind) > limit)
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
    private TimeSpan? WaitsForCompany(QueuedWork head, DeviceState device)
    {
        if (_options.BatchWindow <= TimeSpan.Zero || head.Lane == Lane.Stat)
        {
            return null;
        }

        var slack = head.Due - head.Submitted - TimeSpan.FromSeconds(Costs.Seconds(head.Work.Model, head.Work.BatchKey, head.Work.Items, device.Kind));
        var window = slack / 10 < _options.BatchWindow ? slack / 10 : _options.BatchWindow;
        return head.Submitted + window;
    }

    /// <summary>When a work's job would be done if nothing else came: what is before it, then itself and what follows it.</summary>
    private TimeSpan ExpectedFinish(QueuedWork work, TimeSpan now)
    {
        var line = new Line(this, now);
        foreach (var other in InOrder())
        {
            var finish = line.Add(other);
            if (other == work)
            {
                return finish;
            }
        }

        throw new InvalidOperationException($"Work {work.Work.Id} is not queued.");
    }

    /// <summary>The line of waiting works: when each one's job is done, all devices sharing the work evenly and a job's further calls counted once.</summary>
    private sealed class Line
    {
        private readonly Scheduler _policy;
        private readonly TimeSpan _now;
        private readonly DeviceState[] _devices;
        private readonly Dictionary<string, TimeSpan> _jobs = new(StringComparer.Ordinal);
        private double _before;

        public Line(Scheduler policy, TimeSpan now)
        {
            (_policy, _now) = (policy, now);
            _devices = policy._devices.Any(d => d.Present) ? Array.FindAll(policy._devices, d => d.Present) : policy._devices;
            _before = _devices.Min(d => RunningSeconds(d, now));
        }

        public TimeSpan Add(QueuedWork work)
        {
            // A job's first waiting call stands for all that follow: the next ones are among those.
            if (work.Work.Job is { } job && _jobs.TryGetValue(job, out var known))
            {
                return known;
            }

            var own = _devices.Min(d => _policy.Costs.Seconds(work.Work.Model, work.Work.BatchKey, work.Work.Items, d.Kind)) * (1 + work.Work.Following);
            var load = _devices.Any(d => d.Models.ContainsKey(work.Work.Model)) ? 0 : _devices.Min(d => _policy.Costs.LoadSeconds(work.Work.Model, d.Kind));
            var finish = _now + TimeSpan.FromSeconds(Math.Max(_before, load) + own);
            _before += own / _devices.Length;
            if (work.Work.Job is { } name)
            {
                _jobs[name] = finish;
            }

            return finish;
        }
    }
}
