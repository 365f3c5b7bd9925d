using QureHost.Sdk.Manifests;

namespace QureHost.Simulation;

/// <summary>
/// The yardstick: preemptive earliest deadline first over the stat jobs alone, at no cost for preemption, with every model
/// always loaded. On one device no schedule meets deadlines that this one does not (Dertouzos 1974). A device that is lost
/// is <see cref="Workload.Away"/> for it too.
/// </summary>
public static class PreemptiveEdf
{
    private const double Nothing = 1e-9;

    /// <summary>Seconds by which the latest stat job is late; zero or less where all are in time. Negative infinity where there is none.</summary>
    public static double WorstTardiness(Workload workload)
    {
        var jobs = workload.Jobs.Where(j => j.Lane == Lane.Stat).Select(j => new Open(workload, j)).OrderBy(j => j.At).ToArray();
        if (jobs.Length == 0)
        {
            return double.NegativeInfinity;
        }

        var away = workload.Away().ToArray();
        double[] changes = [.. jobs.Select(j => j.At).Concat(jobs.Select(j => j.CancelAt)).Concat(away.SelectMany(o => new[] { o.From, o.To })).Where(double.IsFinite).Order().Distinct()];
        var devices = workload.Options.Devices.Count;
        var open = new List<Open>();
        var (now, next, arrived, worst) = (0.0, 0, 0, double.NegativeInfinity);
        while (arrived < jobs.Length || open.Count > 0)
        {
            while (arrived < jobs.Length && jobs[arrived].At <= now + Nothing)
            {
                open.Add(jobs[arrived++]);
            }

            foreach (var job in open)
            {
                // Whoever cancels a job that is late already does not make it have been in time.
                worst = job.CancelAt <= now + Nothing ? Math.Max(worst, now - job.Due) : worst;
            }

            open.RemoveAll(j => j.CancelAt <= now + Nothing);
            while (next < changes.Length && changes[next] <= now + Nothing)
            {
                next++;
            }

            var until = next < changes.Length ? changes[next] : double.PositiveInfinity;
            var free = devices - away.Count(o => o.From <= now + Nothing && now + Nothing < o.To);
            open.Sort(static (a, b) => a.Due != b.Due ? a.Due.CompareTo(b.Due) : a.Id.CompareTo(b.Id));

            // Each job may run as many of its tiles at once as it has ahead; a device runs one.
            var step = until - now;
            foreach (var job in open)
            {
                job.Running = Math.Min(free, job.Width);
                free -= job.Running;
                step = job.Running > 0 ? Math.Min(step, job.ShortestOf(job.Running)) : step;
            }

            if (double.IsPositiveInfinity(step))
            {
                break;   // nothing is left, or no device ever comes back
            }

            now += step;
            foreach (var job in open)
            {
                job.Advance(step);
                if (job.IsDone)
                {
                    worst = Math.Max(worst, now - job.Due);
                }
            }

            open.RemoveAll(j => j.IsDone);
        }

        return open.Count > 0 ? double.PositiveInfinity : worst;
    }

    private sealed class Open
    {
        private readonly List<double> _left;
        private readonly int _ahead;

        public Open(Workload workload, SimulatedJob job)
        {
            (Id, At, Due, _ahead) = (job.Id, job.At.TotalSeconds + job.ThinkSeconds, job.Due.TotalSeconds, job.Ahead);
            CancelAt = job.CancelAt?.TotalSeconds ?? double.PositiveInfinity;
            _left = [.. Enumerable.Range(0, job.Tiles).Select(i => workload.TileSeconds(job, i))];
        }

        public int Id { get; }

        public double At { get; }

        public double Due { get; }

        public double CancelAt { get; }

        public int Running { get; set; }

        public int Width => Math.Min(_ahead, _left.Count);

        public bool IsDone => _left.Count == 0;

        public double ShortestOf(int running)
        {
            var shortest = double.PositiveInfinity;
            for (var i = 0; i < running; i++)
            {
                shortest = Math.Min(shortest, _left[i]);
            }

            return shortest;
        }

        public void Advance(double step)
        {
            for (var i = Running - 1; i >= 0; i--)
            {
                if ((_left[i] -= step) <= Nothing)
                {
                    _left.RemoveAt(i);
                }
            }
        }
    }
}
