using QureHost.Scheduling;
using QureHost.Sdk.Manifests;

namespace QureHost.Simulation;

/// <summary>
/// Drives <see cref="Scheduler"/> by a virtual clock exactly as the real pump drives it by the real one, plays devices and
/// jobs, and holds every decision against what must always be true.
/// </summary>
public sealed class VirtualMachine
{
    private readonly Workload _workload;
    private readonly ISimulatedPolicy _policy;
    private readonly Scheduler _scheduler;
    private readonly Audit _audit;
    private readonly Dictionary<string, SimulatedModel> _models;
    private readonly Dictionary<long, Tile> _waiting = [];
    private readonly Dictionary<long, Tile> _running = [];
    private readonly Dictionary<int, JobState> _jobs = [];
    private readonly Dictionary<int, int> _generation = [];
    private readonly PriorityQueue<Action, (TimeSpan At, long Order)> _events = new();
    private readonly SimulationRun _run;
    private long _order;
    private long _nextWork;
    private TimeSpan _now;
    private TimeSpan _wake = TimeSpan.MaxValue;

    private VirtualMachine(Workload workload, ISimulatedPolicy policy, bool timeline)
    {
        (_workload, _policy) = (workload, policy);
        _scheduler = new Scheduler(policy.Options(workload.Options));
        _audit = new Audit(workload, checkOrder: policy == Policies.Lanes);
        _models = workload.Models.ToDictionary(m => m.Facts.Model, StringComparer.Ordinal);
        _run = new SimulationRun(policy.Name, workload, timeline ? [] : null);
    }

    /// <summary>Plays a workload to its end.</summary>
    /// <exception cref="AuditException">A decision broke a rule.</exception>
    public static SimulationRun Run(Workload workload, ISimulatedPolicy policy, bool timeline = false)
    {
        var machine = new VirtualMachine(workload, policy, timeline);
        machine.Play();
        return machine._run;
    }

    private void Play()
    {
        foreach (var model in _workload.Models)
        {
            if (model.EnabledAt <= TimeSpan.Zero)
            {
                _scheduler.Define(model.Facts);
            }
            else
            {
                At(model.EnabledAt, () => _scheduler.Define(model.Facts));
            }
        }

        foreach (var job in _workload.Jobs)
        {
            At(job.At, () => Arrive(job));
            if (job.CancelAt is { } cancel)
            {
                At(cancel, () => Cancel(job));
            }
        }

        foreach (var outage in _workload.Outages)
        {
            At(outage.From, () => Lose(outage.Device));
            At(outage.To, () => Return(outage.Device));
        }

        At(TimeSpan.Zero, () => { });
        while (_events.TryDequeue(out var next, out var key))
        {
            _now = key.At;
            next();

            // All that happens at one instant happens before the next decision.
            if (!_events.TryPeek(out _, out var following) || following.At > _now)
            {
                Pump();
            }
        }

        _run.End(_now, _jobs.Values.Where(j => !j.Cancelled && j.Done < j.Job.Tiles).Select(j => j.Job));
    }

    private void At(TimeSpan at, Action action) => _events.Enqueue(action, (at, _order++));

    private void Arrive(SimulatedJob job)
    {
        var state = _jobs[job.Id] = new JobState(job);
        if (job.ThinkSeconds > 0)
        {
            At(_now + TimeSpan.FromSeconds(job.ThinkSeconds), () => Fill(state));
        }
        else
        {
            Fill(state);
        }
    }

    private void Fill(JobState state)
    {
        var job = state.Job;
        while (!state.Cancelled && state.Submitted < job.Tiles && state.Submitted - state.Done < job.Ahead)
        {
            var tile = new Tile(++_nextWork, state, state.Submitted++, _now);
            Submit(tile);
        }
    }

    private void Submit(Tile tile)
    {
        var job = tile.State.Job;
        var work = new Work
        {
            Id = tile.Id,
            Model = job.Model,
            Lane = job.Lane,
            Due = job.Due,
            Site = job.Site,
            Product = job.Product,
            BatchKey = job.BatchKey,
            Job = tile.State.Name,
            Since = job.At,
            Following = job.Tiles - tile.Index - 1,
        };
        var admission = _scheduler.Submit(_policy.Place(work), _now);
        if (admission.Refused is { } why)
        {
            throw new AuditException($"Job {job.Id} was refused: {why}");
        }

        if (tile.Index == 0 && tile.State.Expected is null)
        {
            tile.State.Expected = admission.ExpectedFinish;
        }

        _waiting.Add(tile.Id, tile);
        _audit.Submitted(tile.Id, job, _now);
    }

    private void Cancel(SimulatedJob job)
    {
        if (!_jobs.TryGetValue(job.Id, out var state) || state.Done == job.Tiles)
        {
            return;
        }

        state.Cancelled = true;
        foreach (var tile in _waiting.Values.Where(t => t.State == state).ToArray())
        {
            if (_scheduler.Cancel(tile.Id))
            {
                _waiting.Remove(tile.Id);
                _audit.Left(tile.Id);
            }
        }
    }

    private void Lose(int device)
    {
        _generation[device] = _generation.GetValueOrDefault(device) + 1;
        _audit.Lost(device);
        _run.Lost(device, _now);
        foreach (var id in _scheduler.DeviceLost(device, away: true))
        {
            // No queued job is lost with a device: what ran there is submitted again, as old as it was.
            if (_running.Remove(id, out var tile) && !tile.State.Cancelled)
            {
                Submit(tile);
            }
        }
    }

    private void Return(int device)
    {
        _audit.Returned(device);
        _scheduler.DeviceReturned(device);
    }

    private void Pump()
    {
        while (true)
        {
            switch (_scheduler.Decide(_now))
            {
                case Decision.Run run:
                    Start(run);
                    break;
                case Decision.Load load:
                    Load(load);
                    break;
                case Decision.Unload unload:
                    _audit.Unloaded(unload.Device, unload.Models);
                    break;
                case Decision.Rest rest:
                    if (rest.Until is { } wake && wake > _now && (wake < _wake || _wake <= _now))
                    {
                        _wake = wake;
                        At(wake, () => { });
                    }

                    return;
            }
        }
    }

    private void Start(Decision.Run run)
    {
        var tiles = new Tile[run.Works.Count];
        for (var i = 0; i < tiles.Length; i++)
        {
            _waiting.Remove(run.Works[i], out var tile);
            tiles[i] = tile!;
            _running[tile!.Id] = tile;
        }

        _audit.Started(run, tiles[0].State.Job, tiles.Length, _now);
        var model = _models[run.Model];
        double sum = 0, longest = 0;
        foreach (var tile in tiles)
        {
            var seconds = _workload.TileSeconds(tile.State.Job, tile.Index);
            sum += seconds;
            longest = Math.Max(longest, seconds);
        }

        var kind = _audit.KindOf(run.Device);
        var took = TimeSpan.FromSeconds(((sum * (1 - model.BatchGain)) + (longest * model.BatchGain)) / model.Speed(kind));
        var generation = _generation.GetValueOrDefault(run.Device);
        var began = _now;
        _run.Started(run, tiles.Select(t => t.State.Job), _now);
        At(_now + took, () =>
        {
            if (_generation.GetValueOrDefault(run.Device) != generation)
            {
                return;   // the device was lost meanwhile
            }

            _audit.Ended(run.Device);
            _scheduler.Completed(run.Dispatch, _now);
            _run.Ran(run.Device, run.Model, tiles[0].State.Job, tiles.Length, began, _now);
            foreach (var tile in tiles)
            {
                _running.Remove(tile.Id);
                tile.State.Done++;
                if (tile.State.Done == tile.State.Job.Tiles && !tile.State.Cancelled)
                {
                    _run.Finished(tile.State.Job, _now, tile.State.Expected);
                }
            }

            foreach (var tile in tiles)
            {
                Fill(tile.State);
            }
        });
    }

    private void Load(Decision.Load load)
    {
        _audit.Loading(load);
        var generation = _generation.GetValueOrDefault(load.Device);
        var began = _now;
        _run.Loads++;
        At(_now + TimeSpan.FromSeconds(_models[load.Model].LoadSeconds), () =>
        {
            if (_generation.GetValueOrDefault(load.Device) == generation)
            {
                _audit.Loaded(load.Device, load.Model);
                _run.LoadEnded(load.Device, load.Model, began, _now);
                _scheduler.Loaded(load.Device, load.Model, 0, _now);
            }
        });
    }

    private sealed class JobState(SimulatedJob job)
    {
        public SimulatedJob Job => job;

        public string Name { get; } = job.Id.ToString(System.Globalization.CultureInfo.InvariantCulture);

        public int Submitted { get; set; }

        public int Done { get; set; }

        public bool Cancelled { get; set; }

        public TimeSpan? Expected { get; set; }
    }

    private sealed record Tile(long Id, JobState State, int Index, TimeSpan SubmittedAt);
}
