using QureHost.Sdk;
using QureHost.Sdk.Results;
using QureHost.Sdk.Studies;

namespace Misbehaving;

/// <summary>Throws at once.</summary>
public sealed class Throws : IProduct
{
    public ValueTask RunAsync(IRun run, CancellationToken ct) => throw new InvalidOperationException("it went wrong");
}

/// <summary>Fails on its first attempt and works on its second.</summary>
public sealed class ThrowsOnce : IProduct
{
    public async ValueTask RunAsync(IRun run, CancellationToken ct)
    {
        await run.PublishAsync(new Gate { Id = "gate", Status = GateStatus.Ok, Reasons = [$"attempt {run.Info.Attempt}"] }, ct);
        if (run.Info.Attempt == 1)
        {
            await run.PublishAsync(new Gate { Id = "first-only", Status = GateStatus.Ok }, ct);
            throw new InvalidOperationException("not yet");
        }
    }
}

/// <summary>Cannot even be made.</summary>
public sealed class ThrowsWhenMade : IProduct
{
    public ThrowsWhenMade() => throw new NotSupportedException("not in this world");

    public ValueTask RunAsync(IRun run, CancellationToken ct) => ValueTask.CompletedTask;
}

/// <summary>Waits for ever, but listens when told to stop.</summary>
public sealed class Waits : IProduct
{
    public async ValueTask RunAsync(IRun run, CancellationToken ct) => await Task.Delay(Timeout.Infinite, ct);
}

/// <summary>Never returns, never awaits and never listens.</summary>
public sealed class Spins : IProduct
{
    public ValueTask RunAsync(IRun run, CancellationToken ct)
    {
        while (Environment.GetEnvironmentVariable("MISBEHAVING_RELEASE") is null)
        {
            Thread.Sleep(1);
        }

        return run.PublishAsync(new Gate { Id = "late", Status = GateStatus.Ok }, CancellationToken.None);
    }
}

/// <summary>Shows signs of life for ever.</summary>
public sealed class Lingers : IProduct
{
    public async ValueTask RunAsync(IRun run, CancellationToken ct)
    {
        while (true)
        {
            await run.CheckpointAsync(null, "still here", ct);
            Thread.SpinWait(100_000);
        }
    }
}

/// <summary>Publishes a million findings, and goes on when it is told that this is too many.</summary>
public sealed class Floods : IProduct
{
    public async ValueTask RunAsync(IRun run, CancellationToken ct)
    {
        for (var i = 0; i < 1_000_000; i++)
        {
            try
            {
                await run.PublishAsync(new Finding { Id = $"f{i}", Name = "cardiomegaly", Presence = Presence.Present }, ct);
            }
            catch (ContractException)
            {
                // A product that does not care.
            }
        }
    }
}

/// <summary>Publishes a finding that its manifest does not list.</summary>
public sealed class Invents : IProduct
{
    public ValueTask RunAsync(IRun run, CancellationToken ct) =>
        run.PublishAsync(new Finding { Id = "f", Name = "pneumothorax", Presence = Presence.Present }, ct);
}

/// <summary>Asks for a model that it did not list.</summary>
public sealed class AsksForMore : IProduct
{
    public async ValueTask RunAsync(IRun run, CancellationToken ct) => await run.ModelAsync("somebody-elses", ct);
}

/// <summary>Waits for slices, for longer than its heartbeat: that is the host's time, not its own.</summary>
public sealed class Watches : IProduct
{
    public async ValueTask RunAsync(IRun run, CancellationToken ct)
    {
        var slices = 0;
        await foreach (var change in run.Study.WatchAsync(ct))
        {
            slices += change is SliceStored ? 1 : 0;
        }

        await run.PublishAsync(new Measurement { Id = "slices", Name = "slices", Value = slices, Unit = "1" }, ct);
    }
}

/// <summary>Is no product.</summary>
public sealed class Unrelated;
