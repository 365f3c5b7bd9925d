using QureHost.Archive;
using QureHost.Inference;
using QureHost.Pipeline;
using QureHost.Plugins;
using QureHost.Scheduling;
using QureHost.Sdk.Manifests;

namespace QureHost.Products;

/// <summary>The operator's page as data. No patient, no study: numbers and names of products and models.</summary>
internal sealed record OperationsView(
    DateTimeOffset At,
    IReadOnlyList<LaneView> Lanes,
    IReadOnlyList<DeviceView> Devices,
    IReadOnlyList<DispatchView> Timeline,
    IReadOnlyList<ProductOperations> Products)
{
    private const double TimelineSeconds = 60;

    public static OperationsView Of(ArchiveStore archive, PluginCatalog plugins, StudyPipeline pipeline, InferenceService inference, StudyTimes times, TimeProvider time)
    {
        var now = time.GetUtcNow();
        var seen = inference.Snapshot();
        var open = archive.Jobs.List(new JobFilter { States = [JobState.Queued, JobState.Running], Limit = 5000 });
        string NameOf(string sha) => inference.ModelOf(sha) is { } model ? $"{model.Name} {model.Version}" : sha[..Math.Min(12, sha.Length)];
        DispatchView Told(PastDispatch d) => new(d.Device, NameOf(d.Model), d.Lane, d.Product, d.Items, Round((seen.At - d.From).TotalSeconds), Round((seen.At - d.To).TotalSeconds));
        var known = times.Products().ToDictionary(p => p.Product);
        return new OperationsView(
            now,
            [.. seen.Lanes.Select(l => new LaneView(
                l.Lane,
                open.Count(j => (Lane)j.Lane == l.Lane && j.State == JobState.Queued),
                open.Count(j => (Lane)j.Lane == l.Lane && j.State == JobState.Running),
                open.Count(j => (Lane)j.Lane == l.Lane && j.DueAt < now),
                l.Calls, Round(l.OldestSeconds), l.LateJobs))],
            [.. seen.Devices.Select(d => new DeviceView(
                d.Id, d.Id == 0 ? inference.DeviceName : $"{d.Kind} {d.Id}", d.Present, d.BudgetBytes, d.UsedBytes, d.PinnedBytes, Round(d.BusySeconds), d.Dispatches, d.Losses,
                [.. d.Models.OrderByDescending(m => m.Bytes).Select(m => new ModelOnDevice(NameOf(m.Model), m.Bytes, m.Pinned, m.Loading, Round(m.IdleSeconds)))]))],
            [.. seen.Recent.Where(d => (seen.At - d.To).TotalSeconds < TimelineSeconds).Select(Told), .. seen.Devices.Where(d => d.Running is not null).Select(d => Told(d.Running!))],
            [.. plugins.Plugins.Select(p => new ProductOperations(
                p.Id, p.Manifest?.Name ?? p.Id, p.Manifest?.Version, p.State.ToString(), p.Reason,
                open.Count(j => j.Product == p.Id && j.State == JobState.Queued), open.Count(j => j.Product == p.Id && j.State == JobState.Running),
                known.GetValueOrDefault(p.Id)))]);
    }

    private static double Round(double seconds) => Math.Round(seconds, 3);
}

/// <summary>A lane: runs by state, and calls of models that wait.</summary>
internal sealed record LaneView(Lane Lane, int Queued, int Running, int Overdue, int WaitingCalls, double OldestCallSeconds, int ExpectedLate);

/// <summary>A device with its models; busy seconds since the start.</summary>
internal sealed record DeviceView(
    int Id, string Name, bool Present, long BudgetBytes, long UsedBytes, long PinnedBytes, double BusySeconds, long Dispatches, int Losses, IReadOnlyList<ModelOnDevice> Models);

internal sealed record ModelOnDevice(string Name, long Bytes, bool Pinned, bool Loading, double IdleSeconds);

/// <summary>A dispatch by how many seconds ago it began and ended; 0 where it still runs.</summary>
internal sealed record DispatchView(int Device, string Model, Lane Lane, string Product, int Items, double FromAgo, double ToAgo);

/// <summary>A product: its state, its open runs, its times since the start.</summary>
internal sealed record ProductOperations(string Id, string Name, string? Version, string State, string? Reason, int Queued, int Running, ProductTimesView? Times);
