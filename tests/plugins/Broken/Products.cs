using QureHost.Sdk;
using QureHost.Sdk.Inference;
using QureHost.Sdk.Results;
using QureHost.Sdk.Studies;

#pragma warning disable CA2000 // leases that are not ended are the point of one of them

namespace Broken;

/// <summary>A whole, honest product; each of the others does one thing wrong.</summary>
public class Sound : IProduct
{
    public virtual async ValueTask RunAsync(IRun run, CancellationToken ct)
    {
        await run.CheckpointAsync(.5, "looking", ct);
        var series = run.Study.Series[0];
        using var slice = await series.SliceAsync(series.SopUids[0], 0, PixelKind.Display, ct);
        await SayAsync(run, slice, ct);
    }

    protected virtual async ValueTask SayAsync(IRun run, ISlice slice, CancellationToken ct)
    {
        await run.PublishAsync(new Gate { Id = "gate", Status = GateStatus.Ok }, ct);
        await run.PublishAsync(Finding(slice), ct);
    }

    protected static Finding Finding(ISlice slice) =>
        new() { Id = "heart", Name = "cardiomegaly", Presence = Presence.Absent, Probability = .2, Images = [new ImageRef(slice.SopUid)] };
}

/// <summary>An abstract class is no product that can be made.</summary>
public abstract class Code : Sound;

public sealed class Ends : Sound
{
    protected override ValueTask SayAsync(IRun run, ISlice slice, CancellationToken ct) => throw new InvalidOperationException("it fails");
}

public sealed class Speaks : Sound
{
    protected override ValueTask SayAsync(IRun run, ISlice slice, CancellationToken ct) =>
        run.PublishAsync(new Measurement { Id = "m", Name = "brightness", Value = 1, Unit = "1" }, ct);
}

public sealed class References : Sound
{
    protected override async ValueTask SayAsync(IRun run, ISlice slice, CancellationToken ct)
    {
        await base.SayAsync(run, slice, ct);
        await run.PublishAsync(new Measurement { Id = "m", Of = "nowhere", Name = "brightness", Value = 1, Unit = "1" }, ct);
    }
}

public sealed class Final : Sound
{
    protected override ValueTask SayAsync(IRun run, ISlice slice, CancellationToken ct) => run.PublishAsync(Finding(slice) with { Final = false }, ct);
}

public sealed class Refusal : Sound
{
    protected override async ValueTask SayAsync(IRun run, ISlice slice, CancellationToken ct)
    {
        await run.PublishAsync(new Gate { Id = "gate", Status = GateStatus.Refused, Reasons = ["No chest film."] }, ct);
        await run.PublishAsync(Finding(slice), ct);
    }
}

public sealed class Places : Sound
{
    protected override async ValueTask SayAsync(IRun run, ISlice slice, CancellationToken ct)
    {
        await base.SayAsync(run, slice, ct);
        await run.PublishAsync(new Shape { Id = "box", Of = "heart", Form = ShapeForm.Box, Image = new ImageRef(slice.SopUid), Points = [0, 0, slice.Columns + 10, 5] }, ct);
        await run.PublishAsync(new KeyImage { Id = "key", Image = new ImageRef("1.2.3.4"), Why = "of another study" }, ct);
    }
}

/// <summary>Its manifest says that it does not localise.</summary>
public sealed class Localises : Sound
{
    protected override async ValueTask SayAsync(IRun run, ISlice slice, CancellationToken ct)
    {
        await base.SayAsync(run, slice, ct);
        await run.PublishAsync(new Shape { Id = "box", Of = "heart", Form = ShapeForm.Box, Image = new ImageRef(slice.SopUid), Points = [0, 0, 5, 5] }, ct);
    }
}

public sealed class Reads : Sound
{
    protected override async ValueTask SayAsync(IRun run, ISlice slice, CancellationToken ct)
    {
        await foreach (var other in run.Study.ResultsOfAsync("somebody-else", ct))
        {
            _ = other;
        }

        await base.SayAsync(run, slice, ct);
    }
}

/// <summary>Its manifest promises a sign of life every .3 s.</summary>
public sealed class Heartbeat : Sound
{
    protected override ValueTask SayAsync(IRun run, ISlice slice, CancellationToken ct)
    {
        ct.WaitHandle.WaitOne(TimeSpan.FromSeconds(5));
        ct.ThrowIfCancellationRequested();
        return base.SayAsync(run, slice, ct);
    }
}

/// <summary>Takes no notice of being cancelled.</summary>
public sealed class Cancels : Sound
{
    public override async ValueTask RunAsync(IRun run, CancellationToken ct)
    {
        try
        {
            await base.RunAsync(run, ct);
        }
        catch (OperationCanceledException)
        {
            await Task.Delay(TimeSpan.FromSeconds(3), CancellationToken.None);
        }
    }
}

public sealed class Leases : Sound
{
    protected override async ValueTask SayAsync(IRun run, ISlice slice, CancellationToken ct)
    {
        await run.RentAsync(TensorType.Float32, [4, 4], ct);
        await run.Study.Series[0].SliceAsync(slice.SopUid, 0, PixelKind.Measured, ct);
        await base.SayAsync(run, slice, ct);
    }
}

public sealed class Repeats : Sound
{
    private static double _probability;

    protected override ValueTask SayAsync(IRun run, ISlice slice, CancellationToken ct) =>
        run.PublishAsync(Finding(slice) with { Probability = _probability += .01 }, ct);
}

public sealed class Afterwards : Sound
{
    protected override async ValueTask SayAsync(IRun run, ISlice slice, CancellationToken ct)
    {
        await base.SayAsync(run, slice, ct);
        _ = Task.Run(
            async () =>
            {
                await Task.Delay(300, CancellationToken.None);
                await run.CheckpointAsync(1, "too late", CancellationToken.None);
            },
            CancellationToken.None);
    }
}

public sealed class Quiet : Sound
{
    protected override ValueTask SayAsync(IRun run, ISlice slice, CancellationToken ct)
    {
        Console.WriteLine($"reading {run.Study.Tags.Text(TagNumbers.PatientId)}");
        return base.SayAsync(run, slice, ct);
    }
}
