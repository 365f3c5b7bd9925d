using QureHost.Sdk.Manifests;

namespace QureHost.Plugins;

/// <summary>Watches a run by heartbeat and timeout.</summary>
internal static class RunWatch
{
    /// <summary>Null when the task ended or was told to stop; otherwise why the product's time is over.</summary>
    public static async Task<string?> WatchAsync(Task task, PluginManifest manifest, RunClock clock, TimeProvider time, CancellationToken ct)
    {
        var shortest = Math.Min(manifest.HeartbeatSeconds, manifest.TimeoutSeconds);
        var period = TimeSpan.FromSeconds(Math.Clamp(shortest / 10, .01, 1));
        while (true)
        {
            try
            {
                await task.WaitAsync(period, time, ct);
                return null;
            }
            catch (TimeoutException) when (!task.IsCompleted)
            {
                if (clock.SinceBeat.TotalSeconds > manifest.HeartbeatSeconds)
                {
                    return $"It gave no sign of life for {manifest.HeartbeatSeconds:0.#} s and was ended.";
                }

                if (clock.Own.TotalSeconds > manifest.TimeoutSeconds)
                {
                    return $"It was not done after {manifest.TimeoutSeconds:0.#} s of its own time and was ended.";
                }
            }
            catch
            {
                return null;   // the task's own failure, a broken rule or the caller's cancellation: judged by the caller
            }
        }
    }
}
