using System.Text.Json;
using OpenTelemetry.Resources;
using OpenTelemetry.Trace;
using Prometheus;
using QureHost.Archive;
using QureHost.Inference;
using QureHost.Plugins;
using QureHost.Scheduling;
using QureHost.Sdk.Manifests;

namespace QureHost.Products;

/// <summary>Times, metrics, traces, and what was learnt about costs kept over a restart.</summary>
internal static class OperationsServices
{
    public static void AddOperations(this IServiceCollection services)
    {
        services.AddSingleton<StudyTimes>();
        services.AddHostedService(s => s.GetRequiredService<StudyTimes>());
        services.AddSingleton<HostMetrics>();
        services.AddHostedService<CostKeeper>();
        if (Environment.GetEnvironmentVariable("OTEL_EXPORTER_OTLP_ENDPOINT") is { Length: > 0 })
        {
            services.AddOpenTelemetry()
                .ConfigureResource(r => r.AddService("qurehost", serviceVersion: HostVersion.Text))
                .WithTracing(t => t.AddSource(StudyTimes.Source).AddAspNetCoreInstrumentation(o => o.Filter = c => !c.Request.Path.StartsWithSegments("/metrics") && !c.Request.Path.StartsWithSegments("/health")).AddOtlpExporter());
        }
    }
}

/// <summary>Gauges that are read when somebody asks for <c>/metrics</c>.</summary>
internal sealed class HostMetrics
{
    private static readonly Gauge QueuedRuns = Metrics.CreateGauge("qurehost_runs_queued", "Runs that wait, by lane.", ["lane"]);
    private static readonly Gauge RunningRuns = Metrics.CreateGauge("qurehost_runs_running", "Runs under way, by lane.", ["lane"]);
    private static readonly Gauge QueuedCalls = Metrics.CreateGauge("qurehost_calls_queued", "Calls of models that wait for a device, by lane.", ["lane"]);
    private static readonly Counter Busy = Metrics.CreateCounter("qurehost_device_busy_seconds_total", "Seconds that a device ran models.", ["device"]);
    private static readonly Gauge Present = Metrics.CreateGauge("qurehost_device_present", "1 where the device is there.", ["device"]);
    private static readonly Gauge Budget = Metrics.CreateGauge("qurehost_device_budget_bytes", "Memory that models may take.", ["device"]);
    private static readonly Gauge Resident = Metrics.CreateGauge("qurehost_model_resident_bytes", "Memory that a model takes.", ["device", "model"]);
    private static readonly Gauge State = Metrics.CreateGauge("qurehost_plugin_state", "1 for the state that a plugin is in.", ["plugin", "state"]);

    public HostMetrics(ArchiveStore archive, InferenceService inference, PluginCatalog plugins)
    {
        Metrics.DefaultRegistry.AddBeforeCollectCallback(() =>
        {
            try
            {
                Collect(archive, inference, plugins);
            }
            catch (Exception e) when (e is ObjectDisposedException or ArchiveException)
            {
                // The host stops: what was there before is told.
            }
        });
    }

    private static void Collect(ArchiveStore archive, InferenceService inference, PluginCatalog plugins)
    {
        var open = archive.Jobs.List(new JobFilter { States = [JobState.Queued, JobState.Running], Limit = 5000 });
        var seen = inference.Snapshot();
        foreach (var lane in seen.Lanes)
        {
            var name = lane.Lane.ToString();
            QueuedRuns.WithLabels(name).Set(open.Count(j => (Lane)j.Lane == lane.Lane && j.State == JobState.Queued));
            RunningRuns.WithLabels(name).Set(open.Count(j => (Lane)j.Lane == lane.Lane && j.State == JobState.Running));
            QueuedCalls.WithLabels(name).Set(lane.Calls);
        }

        foreach (var labels in Resident.GetAllLabelValues())
        {
            Resident.RemoveLabelled(labels);
        }

        foreach (var device in seen.Devices)
        {
            var name = device.Id == 0 ? inference.DeviceName : $"{device.Kind}:{device.Id}";
            Busy.WithLabels(name).IncTo(device.BusySeconds);
            Present.WithLabels(name).Set(device.Present ? 1 : 0);
            Budget.WithLabels(name).Set(device.BudgetBytes);
            foreach (var model in device.Models)
            {
                Resident.WithLabels(name, inference.ModelOf(model.Model)?.Name ?? model.Model).Set(model.Bytes);
            }
        }

        foreach (var labels in State.GetAllLabelValues())
        {
            State.WithLabels(labels).Set(0);
        }

        foreach (var plugin in plugins.Plugins)
        {
            State.WithLabels(plugin.Id, plugin.State.ToString()).Set(1);
        }
    }
}

/// <summary>Keeps what was learnt about costs in the data folder. Without the file the host learns again.</summary>
internal sealed partial class CostKeeper(InferenceService inference, ServeOptions options, TimeProvider time, ILogger<CostKeeper> log) : BackgroundService
{
    private const int LargestBytes = 4 << 20;
    private static readonly TimeSpan Period = TimeSpan.FromMinutes(1);
    private readonly string _path = Path.Combine(options.DataDirectory, "costs.json");
    private string _written = "";

    public override Task StartAsync(CancellationToken cancellationToken)
    {
        try
        {
            if (new FileInfo(_path) is { Exists: true, Length: < LargestBytes })
            {
                inference.RecallCosts(JsonSerializer.Deserialize<LearntCost[]>(File.ReadAllText(_path)) ?? []);
            }
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or JsonException)
        {
            LogNotRead(log, e.Message);
        }

        return base.StartAsync(cancellationToken);
    }

    public override async Task StopAsync(CancellationToken cancellationToken)
    {
        await base.StopAsync(cancellationToken);
        Write();
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        while (!stoppingToken.IsCancellationRequested)
        {
            await Task.Delay(Period, time, stoppingToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            Write();
        }
    }

    private void Write()
    {
        var text = JsonSerializer.Serialize(inference.LearntCosts());
        if (text == _written)
        {
            return;
        }

        try
        {
            File.WriteAllText(_path + ".new", text);
            File.Move(_path + ".new", _path, overwrite: true);
            _written = text;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            LogNotWritten(log, e.Message);
        }
    }

    [LoggerMessage(130, LogLevel.Warning, "Learnt costs could not be read and are learnt again: {Reason}")]
    private static partial void LogNotRead(ILogger log, string reason);

    [LoggerMessage(131, LogLevel.Warning, "Learnt costs could not be kept: {Reason}")]
    private static partial void LogNotWritten(ILogger log, string reason);
}
