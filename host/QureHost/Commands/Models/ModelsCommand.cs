using System.CommandLine;
using System.Globalization;
using System.Net.Http.Json;
using System.Text.Json;
using QureHost.Archive;
using QureHost.Inference;
using QureHost.Products;
using QureHost.Sdk.Inference;
using QureHost.Sdk;

namespace QureHost.Commands;

/// <summary><c>qurehost models</c>: the models that came with the host and those that a site added.</summary>
internal static class ModelsCommand
{
    public static Command Create()
    {
        var command = new Command("models", "Models: what is installed, whether it is what its card says, what it costs, and what a site runs in place of a product's own.")
        {
            List(), Add(), Verify(), Remove(), ModelBenchmark.Create(), Replace(),
        };
        return command;
    }

    private static Command List()
    {
        var places = new ModelPlaces();
        var json = Json();
        var command = new Command("list", "Lists installed models. Reads their cards alone; 'verify' reads the weights.") { json };
        places.AddTo(command);
        command.SetAction(result =>
        {
            var rows = places.Folders(result).Select(Row).ToArray();
            if (result.GetValue(json))
            {
                Console.WriteLine(JsonSerializer.Serialize(rows, HostJson.Indented));
                return ExitCodes.Ok;
            }

            foreach (var row in rows)
            {
                Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{row.Name,-28} {row.Version,-10} {row.Sha256?[..12],-12} {row.Bytes / 1e6,8:0.0} MB  {row.Reason ?? row.Licence}"));
            }

            Console.Error.WriteLine(rows.Length == 1 ? "1 model" : $"{rows.Length} models");
            return ExitCodes.Ok;
        });
        return command;
    }

    private static ModelRow Row(string folder)
    {
        try
        {
            var model = ModelFolder.Open(folder);
            var weights = new FileInfo(model.WeightsPath);
            return new ModelRow(Path.GetFileName(folder), model.Card.Version, model.Card.Sha256, weights.Exists ? weights.Length : 0, model.Card.Licence, model.Card.IntendedUse, folder, weights.Exists ? null : "model.onnx is missing");
        }
        catch (ModelUnavailableException e)
        {
            return new ModelRow(Path.GetFileName(folder), null, null, 0, null, null, folder, e.Message);
        }
    }

    private static Command Add()
    {
        var source = new Argument<DirectoryInfo>("FOLDER") { Description = "model.json and model.onnx; a card that names weights by address and SHA-256 needs no model.onnx" };
        var places = new ModelPlaces();
        var replace = new Option<bool>("--replace") { Description = "Replace an installed model of the same name" };
        var json = Json();
        var command = new Command("add", "Installs a model into the data folder, whole and checked, or not at all. A running host sees it at once.") { source, replace, json };
        places.AddTo(command, models: false);
        command.SetAction(async (result, ct) =>
        {
            if (!File.Exists(Path.Combine(result.GetValue(source)!.FullName, "model.json")))
            {
                Console.Error.WriteLine($"{result.GetValue(source)} holds no model.json.");
                return ExitCodes.Usage;
            }

            using var http = new HttpClient { Timeout = Timeout.InfiniteTimeSpan };
            try
            {
                var installed = await new ModelInstaller(places.Own(result), http).AddAsync(result.GetValue(source)!.FullName, result.GetValue(replace), new Fetched(), ct);
                if (result.GetValue(json))
                {
                    Console.WriteLine(JsonSerializer.Serialize(Row(installed.Path), HostJson.Indented));
                }
                else
                {
                    Console.WriteLine($"{installed.Card.Name} {installed.Card.Version} ({installed.Card.Sha256[..12]}…) is installed in {installed.Path}.");
                }

                return ExitCodes.Ok;
            }
            catch (Exception e) when (e is ModelUnavailableException or IOException or UnauthorizedAccessException)
            {
                Console.Error.WriteLine(e.Message);
                return ExitCodes.Failed;
            }
        });
        return command;
    }

    private static Command Verify()
    {
        var names = new Argument<string[]>("NAME") { Description = "Models to check [default: all]", Arity = ArgumentArity.ZeroOrMore };
        var places = new ModelPlaces();
        var json = Json();
        var command = new Command("verify", "Holds models against their cards: schema, SHA-256, inputs and outputs. Exit status 1 where one fails.") { names, json };
        places.AddTo(command);
        command.SetAction(result =>
        {
            var wanted = result.GetValue(names)!;
            var folders = places.Folders(result).Where(f => wanted.Length == 0 || wanted.Contains(Path.GetFileName(f))).ToArray();
            if (wanted.FirstOrDefault(w => !folders.Any(f => Path.GetFileName(f) == w)) is { } absent)
            {
                Console.Error.WriteLine($"There is no model '{absent}'.");
                return ExitCodes.Usage;
            }

            var verdicts = folders.Select(ModelCheck.Verify).ToArray();
            if (result.GetValue(json))
            {
                Console.WriteLine(JsonSerializer.Serialize(verdicts.Select(v => new { v.Name, v.Version, v.Sha256, v.Path, ok = v.Problems.Count == 0, v.Problems }), HostJson.Indented));
            }
            else
            {
                foreach (var verdict in verdicts)
                {
                    Console.WriteLine($"{verdict.Name,-28} {verdict.Version,-10} {(verdict.Problems.Count == 0 ? "as its card says" : string.Join(" ", verdict.Problems))}");
                }
            }

            return verdicts.All(v => v.Problems.Count == 0) ? ExitCodes.Ok : ExitCodes.Failed;
        });
        return command;
    }

    private static Command Remove()
    {
        var name = new Argument<string>("NAME") { Description = "A model that was added" };
        var places = new ModelPlaces();
        var json = Json();
        var command = new Command("remove", "Takes a model out of the data folder. Those that came with the host or with a plugin go with it alone.") { name, json };
        places.AddTo(command, models: false);
        command.SetAction(result =>
        {
            using var http = new HttpClient();
            if (!new ModelInstaller(places.Own(result), http).Remove(result.GetValue(name)!))
            {
                Console.Error.WriteLine($"There is no model '{result.GetValue(name)}' in {places.Own(result)}.");
                return ExitCodes.Failed;
            }

            Console.WriteLine(result.GetValue(json) ? JsonSerializer.Serialize(new { removed = result.GetValue(name) }, HostJson.Indented) : $"{result.GetValue(name)} is removed.");
            return ExitCodes.Ok;
        });
        return command;
    }

    private static Command Replace()
    {
        var product = new Argument<string>("PRODUCT") { Description = "A product of the running host" };
        var model = new Argument<string>("MODEL") { Description = "The model that it asks for, as its manifest names it" };
        var by = new Argument<string?>("BY") { Description = "The installed model that it gets", Arity = ArgumentArity.ZeroOrOne };
        var restore = new Option<bool>("--restore") { Description = "Back to the product's own" };
        var site = new Option<string>("--site") { Description = "Site", DefaultValueFactory = _ => ArchiveStore.DefaultSite };
        var (host, key, json) = (HostOption.Create(), HostClient.KeyOption(), Json());
        var command = new Command("replace", "Runs another model in place of a product's own, at one site, from the next run on. It must take and give the same.") { product, model, by, restore, site, host, key, json };
        command.SetAction(async (result, ct) =>
        {
            if (result.GetValue(restore) == result.GetValue(by) is not null)
            {
                Console.Error.WriteLine("Say which model it gets, or --restore.");
                return ExitCodes.Usage;
            }

            using var client = new HostClient(result.GetValue(host)!, result.GetValue(key));
            var path = $"api/v1/sites/{Uri.EscapeDataString(result.GetValue(site)!)}/products/{Uri.EscapeDataString(result.GetValue(product)!)}/models/{Uri.EscapeDataString(result.GetValue(model)!)}";
            var (status, body) = result.GetValue(by) is { } name
                ? await client.SendAsync(HttpMethod.Put, path, JsonContent.Create(new { replacement = name }), ct)
                : await client.SendAsync(HttpMethod.Delete, path, null, ct);
            if (status == ExitCodes.Ok)
            {
                Console.WriteLine(result.GetValue(json)
                    ? body.ValueKind == JsonValueKind.Object ? body.GetRawText() : "{}"
                    : $"{result.GetValue(product)} at site {result.GetValue(site)} runs {result.GetValue(by) ?? $"its own {result.GetValue(model)}"} from its next run on.");
            }

            return status;
        });
        return command;
    }

    private static Option<bool> Json() => new("--json") { Description = "Print JSON" };

    private sealed record ModelRow(string Name, string? Version, string? Sha256, long Bytes, string? Licence, string? IntendedUse, string Path, string? Reason);

    private sealed class Fetched : IProgress<long>
    {
        public void Report(long value)
        {
            if (!Console.IsErrorRedirected)
            {
                Console.Error.Write(string.Create(CultureInfo.InvariantCulture, $"\r{value / 1e6:0.0} MB"));
            }
        }
    }
}
