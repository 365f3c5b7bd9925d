using QureHost.Plugins.Protocol;
using QureHost.Sdk.Inference;
using QureHost.Sdk.Results;
using QureHost.Sdk.Studies;

namespace QureHost.Plugins.Worker;

/// <summary>The host's side of a run, as seen from here: every call is a message.</summary>
internal sealed class RemoteHost(RunLink link, string studyUid) : IRunHost
{
    public IStudy Study { get; } = new RemoteStudy(link, 0, studyUid);

    public async ValueTask<IModel> OpenModelAsync(string name, CancellationToken ct) =>
        new RemoteModel(link, await link.AskAsync<Model>(new OpenModel(name), ct));

    public async ValueTask<ITensor> RentAsync(TensorType type, IReadOnlyList<int> shape, CancellationToken ct)
    {
        var answer = await link.AskAsync<Tensors>(new RentTensor(type, shape), ct);
        return new LeasedTensor(link, answer.Items[0]);
    }

    public async ValueTask CheckpointAsync(double? done, string stage, CancellationToken ct) =>
        await link.AskAsync<Done>(new Checkpoint(stage, done), ct);

    public async ValueTask PublishAsync(Result result, CancellationToken ct)
    {
        if (result is not Mask mask)
        {
            await link.AskAsync<Done>(new Publish(result), ct);
            return;
        }

        using var bytes = (LeasedTensor)await RentAsync(TensorType.UInt8, [mask.Data.Length], ct);
        mask.Data.CopyTo(bytes.Bytes);
        await link.AskAsync<Done>(new Publish(mask, bytes.Lease), ct);
    }

    public async ValueTask WithdrawAsync(string id, string reason, CancellationToken ct) =>
        await link.AskAsync<Done>(new Withdraw(id, reason), ct);
}
