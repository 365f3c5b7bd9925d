using System.Text.Json;
using QureHost.Plugins.Protocol;
using QureHost.Sdk;
using QureHost.Sdk.Results;
using QureHost.Sdk.Studies;

namespace QureHost.Plugins;

/// <summary>A product's run inside a worker: held against the contract here, so that the product hears of a broken rule where it broke it, and by the host again.</summary>
public static class LocalRun
{
    /// <summary>Runs the product to its end. Does not throw for anything that the product throws.</summary>
    /// <returns>Null where it returned and broke no rule.</returns>
    public static async Task<Fault?> ExecuteAsync(Plugin plugin, RunInfo info, JsonElement settings, IRunHost host, CancellationToken ct)
    {
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(ct);
        var run = new HostedRun(info, plugin.Manifest!, settings, host, new RunClock(TimeProvider.System), new ResultLimits(), stop.Cancel);
        try
        {
            await ProductRunner.ExecuteAsync(plugin, run, stop.Token);
            return run.Broken is { } broken ? FaultOf(broken) : null;
        }
        catch (Exception e)
        {
            return FaultOf(run.Broken ?? e);
        }
        finally
        {
            run.End();
        }
    }

    /// <summary>An exception as the wire carries it.</summary>
    public static Fault FaultOf(Exception e) => e switch
    {
        ContractException => new Fault(FaultKind.Contract, e.Message),
        ModelUnavailableException => new Fault(FaultKind.Model, e.Message),
        PixelsUnavailableException => new Fault(FaultKind.Pixels, e.Message),
        OperationCanceledException => new Fault(FaultKind.Cancelled, e.Message),
        _ => new Fault(FaultKind.Other, Shorten(e.Message), e.GetType().Name),
    };

    internal static string Shorten(string text) => text.Length <= 500 ? text : text[..500] + "…";
}
