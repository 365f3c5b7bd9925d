using QureHost.Onnx;
using QureHost.Sdk.Inference;

namespace QureHost.Inference;

/// <summary>Runs calls of several studies as one: gathers their inputs along the first extent, and deals the outputs out again.</summary>
internal static class Batch
{
    public static async Task RunAsync(IDevice device, ModelEntry entry, Call[] calls)
    {
        if (calls is [var single])
        {
            single.Done.TrySetResult(await device.RunAsync(entry.Sha256, single.Inputs, single.Cancelled));
            return;
        }

        // One who cancels leaves; the others' run goes on.
        var inputs = Enumerable.Range(0, calls[0].Inputs.Count).Select(i => Gather([.. calls.Select(c => c.Inputs[i])])).ToArray();
        var outputs = await device.RunAsync(entry.Sha256, inputs, CancellationToken.None);
        var items = calls.Sum(c => c.Items);
        if (outputs.Any(o => o.Shape.Count == 0 || o.Shape[0] != items))
        {
            // The graph does not keep the batch apart: one by one, now and from now on.
            entry.Batches = false;
            foreach (var call in calls)
            {
                call.Done.TrySetResult(await device.RunAsync(entry.Sha256, call.Inputs, CancellationToken.None));
            }

            return;
        }

        var first = 0;
        foreach (var call in calls)
        {
            call.Done.TrySetResult([.. outputs.Select(o => Part(o, first, call.Items))]);
            first += call.Items;
        }
    }

    private static ArrayTensor Gather(IReadOnlyList<ITensor> parts)
    {
        var whole = ArrayTensor.Rent(parts[0].Type, [parts.Sum(p => p.Shape[0]), .. parts[0].Shape.Skip(1)]);
        var rest = whole.Bytes;
        foreach (var part in parts)
        {
            var bytes = (int)ArrayTensor.BytesOf(part.Type, part.Shape);
            TensorBytes.CopyTo(part, rest.Span[..bytes]);
            rest = rest[bytes..];
        }

        return whole;
    }

    private static ArrayTensor Part(ITensor whole, int first, int items)
    {
        var part = ArrayTensor.Rent(whole.Type, [items, .. whole.Shape.Skip(1)]);
        var each = whole.Bytes.Length / whole.Shape[0];
        whole.Bytes.Slice(first * each, items * each).CopyTo(part.Bytes);
        return part;
    }
}
