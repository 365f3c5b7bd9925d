using QureHost.Sdk;
using QureHost.Sdk.Results;
using QureHost.Sdk.Studies;

namespace Broken;

/// <summary>Each breaks one rule about a single result or call, and swallows the exception that says so.</summary>
public abstract class ContractBreaker : Sound
{
    protected override async ValueTask SayAsync(IRun run, ISlice slice, CancellationToken ct)
    {
        await base.SayAsync(run, slice, ct);
        try
        {
            await BreakAsync(run, slice, ct);
        }
        catch (ContractException)
        {
        }
    }

    protected abstract ValueTask BreakAsync(IRun run, ISlice slice, CancellationToken ct);
}

public sealed class ContractId : ContractBreaker
{
    protected override ValueTask BreakAsync(IRun run, ISlice slice, CancellationToken ct) => run.PublishAsync(Finding(slice) with { Id = "Not An Id" }, ct);
}

public sealed class ContractOf : ContractBreaker
{
    protected override ValueTask BreakAsync(IRun run, ISlice slice, CancellationToken ct) => run.PublishAsync(Finding(slice) with { Of = "heart" }, ct);
}

public sealed class ContractName : ContractBreaker
{
    protected override ValueTask BreakAsync(IRun run, ISlice slice, CancellationToken ct) => run.PublishAsync(Finding(slice) with { Name = "pneumothorax" }, ct);
}

public sealed class ContractProbability : ContractBreaker
{
    protected override ValueTask BreakAsync(IRun run, ISlice slice, CancellationToken ct) => run.PublishAsync(Finding(slice) with { Probability = 1.5 }, ct);
}

public sealed class ContractThreshold : ContractBreaker
{
    protected override ValueTask BreakAsync(IRun run, ISlice slice, CancellationToken ct) => run.PublishAsync(Finding(slice) with { Threshold = double.NaN }, ct);
}

public sealed class ContractReason : ContractBreaker
{
    protected override ValueTask BreakAsync(IRun run, ISlice slice, CancellationToken ct) => run.PublishAsync(new Gate { Id = "gate", Status = GateStatus.Qualified }, ct);
}

public sealed class ContractValue : ContractBreaker
{
    protected override ValueTask BreakAsync(IRun run, ISlice slice, CancellationToken ct) => run.PublishAsync(new Measurement { Id = "m", Name = "volume", Value = double.PositiveInfinity, Unit = "ml" }, ct);
}

public sealed class ContractUnit : ContractBreaker
{
    protected override ValueTask BreakAsync(IRun run, ISlice slice, CancellationToken ct) => run.PublishAsync(new Measurement { Id = "m", Name = "volume", Value = 1, Unit = "" }, ct);
}

public sealed class ContractShape : ContractBreaker
{
    protected override ValueTask BreakAsync(IRun run, ISlice slice, CancellationToken ct) =>
        run.PublishAsync(new Shape { Id = "s", Form = ShapeForm.Contour, Image = new ImageRef(slice.SopUid), Points = [1, 2, 3, 4] }, ct);
}

public sealed class ContractMask : ContractBreaker
{
    protected override ValueTask BreakAsync(IRun run, ISlice slice, CancellationToken ct) =>
        run.PublishAsync(new Mask { Id = "k", Form = MaskForm.Labelmap, Images = [new ImageRef(slice.SopUid)], Rows = 4, Columns = 4, Segments = ["cardiomegaly"], Data = new byte[3] }, ct);
}

public sealed class ContractLabel : ContractBreaker
{
    protected override ValueTask BreakAsync(IRun run, ISlice slice, CancellationToken ct) =>
        run.PublishAsync(new Mask { Id = "k", Form = MaskForm.Labelmap, Images = [new ImageRef(slice.SopUid)], Rows = 1, Columns = 2, Segments = ["cardiomegaly"], Data = new byte[] { 1, 2 } }, ct);
}

public sealed class ContractImage : ContractBreaker
{
    protected override ValueTask BreakAsync(IRun run, ISlice slice, CancellationToken ct) => run.PublishAsync(new KeyImage { Id = "k", Image = new ImageRef("../etc"), Why = "no UID" }, ct);
}

public sealed class ContractSection : ContractBreaker
{
    protected override ValueTask BreakAsync(IRun run, ISlice slice, CancellationToken ct) => run.PublishAsync(new ReportText { Id = "t", Section = "", Text = "text" }, ct);
}

public sealed class ContractWithdrawal : ContractBreaker
{
    protected override ValueTask BreakAsync(IRun run, ISlice slice, CancellationToken ct) => run.WithdrawAsync("never-said", "it was not there", ct);
}

public sealed class ContractModel : ContractBreaker
{
    protected override async ValueTask BreakAsync(IRun run, ISlice slice, CancellationToken ct) => await run.ModelAsync("not-listed", ct);
}

public sealed class ContractCheckpoint : ContractBreaker
{
    protected override ValueTask BreakAsync(IRun run, ISlice slice, CancellationToken ct) => run.CheckpointAsync(1.5, "too far", ct);
}
