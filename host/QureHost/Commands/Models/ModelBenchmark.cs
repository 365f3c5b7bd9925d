using System.CommandLine;
using System.Diagnostics;
using System.Globalization;
using System.Text.Json.Nodes;
using System.Text.Json;
using QureHost.Onnx;
using QureHost.Products;
using QureHost.Sdk.Inference;
using QureHost.Sdk;

namespace QureHost.Commands;

/// <summary><c>qurehost models benchmark NAME</c>: load time, resident memory and time per item on this machine, in this process.</summary>
internal static class ModelBenchmark
{
    public static Command Create()
    {
        var name = new Argument<string>("NAME") { Description = "An installed model" };
        var places = new ModelPlaces();
        var runs = new Option<int>("--runs") { Description = "Runs to measure, after two that are not counted", DefaultValueFactory = _ => 20 };
        runs.Validators.Add(r =>
        {
            if (r.GetValueOrDefault<int>() is < 1 or > 100_000)
            {
                r.AddError("--runs is 1 to 100000.");
            }
        });
        var device = new Option<string>("--device") { Description = "cpu or cuda", DefaultValueFactory = _ => "cpu" };
        device.AcceptOnlyFromAmong("cpu", "cuda");
        var extent = new Option<int>("--extent") { Description = "Size of free extents but the batch, which is 1", DefaultValueFactory = _ => 128 };
        var write = new Option<bool>("--write") { Description = "Write the figures into the model's card" };
        var json = new Option<bool>("--json") { Description = "Print JSON" };
        var command = new Command("benchmark", "Measures a model on this machine: load time, resident bytes, time per item.") { name, runs, device, extent, write, json };
        places.AddTo(command);
        command.SetAction((result, ct) =>
        {
            if (places.Folders(result).FirstOrDefault(f => Path.GetFileName(f) == result.GetValue(name)) is not { } folder)
            {
                Console.Error.WriteLine($"There is no model '{result.GetValue(name)}'.");
                return Task.FromResult(ExitCodes.Usage);
            }

            try
            {
                var measured = Measure(ModelFolder.Open(folder), result.GetValue(device)!, result.GetValue(runs), result.GetValue(extent), ct);
                if (result.GetValue(write))
                {
                    Write(Path.Combine(folder, "model.json"), measured);
                }

                Console.WriteLine(result.GetValue(json)
                    ? JsonSerializer.Serialize(measured, HostJson.Indented)
                    : string.Create(CultureInfo.InvariantCulture, $"{measured.Name} {measured.Version} on {measured.Device} ({measured.Hardware}): loaded in {measured.LoadSeconds * 1e3:0} ms, {measured.MemoryBytes / 1e6:0.0} MB resident, one item in {measured.SecondsPerItem * 1e3:0.00} ms (median of {measured.Runs}; 95th percentile {measured.P95Seconds * 1e3:0.00} ms)"));
                return Task.FromResult(ExitCodes.Ok);
            }
            catch (Exception e) when (e is ModelUnavailableException or ContractException or IOException or UnauthorizedAccessException)
            {
                Console.Error.WriteLine(e.Message);
                return Task.FromResult(ExitCodes.Failed);
            }
        });
        return command;
    }

    private static Measured Measure(ModelFolder model, string device, int runs, int extent, CancellationToken ct)
    {
        // ONNX Runtime's own start is no cost of this model: the first session of a process pays it.
        var weights = model.ReadWeights();
        using (OnnxSession.Load(weights, model.Card.Name, Accelerator.Cpu))
        {
        }

        var before = Resident();
        var clock = Stopwatch.StartNew();
        using var session = OnnxSession.Load(weights, model.Card.Name, device == "cuda" ? Accelerator.Cuda : Accelerator.Cpu);
        var load = clock.Elapsed.TotalSeconds;
        if (session.Fallback is { } why)
        {
            throw new ModelUnavailableException(why);
        }

        var inputs = session.Inputs.Select(p => ArrayTensor.Rent(p.Type, [.. p.Shape.Select((e, i) => e > 0 ? e : i == 0 ? 1 : extent)])).ToArray();
        var seconds = new double[runs];
        for (var i = -2; i < runs; i++)
        {
            ct.ThrowIfCancellationRequested();
            clock.Restart();
            foreach (var output in session.Run(inputs, ct))
            {
                output.Dispose();
            }

            if (i >= 0)
            {
                seconds[i] = clock.Elapsed.TotalSeconds;
            }
        }

        var memory = Math.Max(0, Resident() - before);
        Array.Sort(seconds);
        return new Measured(model.Card.Name, model.Card.Version, model.Card.Sha256, session.Device, $"{Environment.ProcessorCount} CPU cores", runs, Round(load), memory, Round(seconds[runs / 2]), Round(seconds[Math.Min(runs - 1, runs * 95 / 100)]));
    }

    private static void Write(string cardPath, Measured measured)
    {
        var card = JsonNode.Parse(File.ReadAllBytes(cardPath), documentOptions: new JsonDocumentOptions { CommentHandling = JsonCommentHandling.Skip, AllowTrailingCommas = true })!.AsObject();
        var cost = card["cost"] as JsonObject ?? new JsonObject();
        var devices = cost["devices"] as JsonObject ?? new JsonObject();
        devices[measured.Device] = new JsonObject
        {
            ["loadSeconds"] = measured.LoadSeconds,
            ["memoryBytes"] = measured.MemoryBytes,
            ["secondsPerItem"] = measured.SecondsPerItem,
            ["hardware"] = measured.Hardware,
        };
        if (measured.Device == "cpu")
        {
            cost["memoryBytes"] = measured.MemoryBytes;
            cost["secondsPerItem"] = measured.SecondsPerItem;
            cost["loadSeconds"] = measured.LoadSeconds;
        }

        if (devices.Parent is null)
        {
            cost["devices"] = devices;
        }

        if (cost.Parent is null)
        {
            card["cost"] = cost;
        }

        var staged = cardPath + ".new";
        File.WriteAllText(staged, card.ToJsonString(new JsonSerializerOptions { WriteIndented = true, Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping }) + "\n");
        File.Move(staged, cardPath, overwrite: true);
    }

    private static long Resident()
    {
        GC.Collect(2, GCCollectionMode.Aggressive, blocking: true, compacting: true);
        using var self = Process.GetCurrentProcess();
        return self.WorkingSet64;
    }

    private static double Round(double seconds) => Math.Round(seconds, 6);

    private sealed record Measured(string Name, string Version, string Sha256, string Device, string Hardware, int Runs, double LoadSeconds, long MemoryBytes, double SecondsPerItem, double P95Seconds);
}
