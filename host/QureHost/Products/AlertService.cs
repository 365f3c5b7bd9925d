using System.Text.Json;
using QureHost.Archive;
using QureHost.Sdk;
using QureHost.Sdk.Results;
using QureHost.Sdk.Vocabulary;

namespace QureHost.Products;

/// <summary>Raises an alert for every critical finding, as it is published and not when its run is over.</summary>
internal sealed partial class AlertService(ArchiveStore archive, ProductNames names, ILogger<AlertService> log) : BackgroundService
{
    private static readonly EventFilter Published = new() { Types = [EventTypes.ResultPublished] };

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        // From the log's beginning: an alert is raised once per run and finding, so what was raised before is not raised again.
        long after = 0;
        while (!stoppingToken.IsCancellationRequested)
        {
            try
            {
                await foreach (var e in archive.Events.FollowAsync(after, Published, stoppingToken))
                {
                    await RaiseAsync(e, stoppingToken);
                    after = e.Seq;
                }
            }
            catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
            {
                return;
            }
            catch (ArchiveException e)
            {
                LogNotRaised(log, e.Error, after);
                await Task.Delay(TimeSpan.FromSeconds(1), stoppingToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            }
        }
    }

    private async Task RaiseAsync(StoredEvent e, CancellationToken ct)
    {
        if (e.StudyUid is { } study && CriticalIn(e.Data) is { } finding)
        {
            var name = FindingVocabulary.TryGet(finding.Name, out var entry) ? entry.Display : finding.Name;
            await archive.Alerts.RaiseAsync(e.Site, study, e.RunId, finding.Name, $"{names.Of(e.Product ?? "")}: {name}", ct);
        }
    }

    [LoggerMessage(110, LogLevel.Error, "Alerts after event {After} wait: {Error}")]
    private static partial void LogNotRaised(ILogger log, ArchiveError error, long after);

    private static Finding? CriticalIn(string data)
    {
        if (!data.Contains("\"critical\":true", StringComparison.Ordinal))
        {
            return null;
        }

        using var json = JsonDocument.Parse(data);
        return json.RootElement.TryGetProperty("result", out var result)
            && result.Deserialize(SdkJson.Default.Result) is Finding { Critical: true, Presence: Presence.Present } finding ? finding : null;
    }
}
