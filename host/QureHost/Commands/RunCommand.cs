using System.CommandLine;
using System.Globalization;
using System.Text.Json;
using QureHost.Imaging;
using QureHost.Products;

namespace QureHost.Commands;

/// <summary><c>qurehost run PRODUCT PATH</c>: one product on a folder of DICOM, without a server.</summary>
internal static class RunCommand
{
    public static Command Create()
    {
        var product = new Argument<string>("PRODUCT") { Description = "chest-xray, report-nlp, or another installed product" };
        var path = new Argument<string>("PATH") { Description = "A DICOM file, or a folder of one study (texts beside it are its reports)" };
        var json = new Option<FileInfo?>("--json") { Description = "Write the findings as JSON to this file; - for standard output" };
        var plugins = PluginFolder.Option();
        var models = new Option<DirectoryInfo?>("--models") { Description = "Folder of models [default: those that came with the host]" };
        var command = new Command("run", "Runs one product on a folder of DICOM. Exit status: 0 done, 1 failed, 2 wrong call, 4 refused by the product.") { product, path, json, plugins, models };
        command.SetAction(async (result, ct) =>
        {
            var where = result.GetValue(path)!;
            if (!File.Exists(where) && !Directory.Exists(where))
            {
                Console.Error.WriteLine($"{where} is neither a file nor a folder.");
                return ExitCodes.Usage;
            }

            using var catalog = PluginFolder.Load(result.GetValue(plugins));
            if (PluginFolder.Find(catalog, result.GetValue(product)!, out var why) is not { } plugin)
            {
                Console.Error.WriteLine(why);
                return ExitCodes.Usage;
            }

            FolderStudy study;
            try
            {
                study = await FolderStudy.OpenAsync(where, ct);
            }
            catch (Exception e) when (e is InvalidDataException or IOException or UnauthorizedAccessException)
            {
                Console.Error.WriteLine(e.Message);
                return ExitCodes.Failed;
            }

            using var bench = new ProductBench(plugin, result.GetValue(models)?.FullName);
            var report = await bench.RunAsync(study, (done, stage) => Tell(done, stage), ct);
            await WriteAsync(report, result.GetValue(json), ct);
            return report.Status switch { "refused" => ExitCodes.Refused, "failed" => ExitCodes.Failed, _ => ExitCodes.Ok };
        });
        return command;
    }

    private static void Tell(double? done, string stage)
    {
        if (!Console.IsErrorRedirected)
        {
            Console.Error.WriteLine(done is { } d ? string.Create(CultureInfo.InvariantCulture, $"{d:P0} {stage}") : stage);
        }
    }

    private static async Task WriteAsync(ProductReport report, FileInfo? file, CancellationToken ct)
    {
        var text = JsonSerializer.Serialize(report, HostJson.Indented);
        if (file is { Name: "-" })
        {
            Console.WriteLine(text);
            return;
        }

        if (file is not null)
        {
            await File.WriteAllTextAsync(file.FullName, text + "\n", ct);
        }

        Console.WriteLine($"{report.Product} {report.Version}: {report.Status}");
        foreach (var reason in report.Reasons)
        {
            Console.WriteLine($"  {reason}");
        }

        foreach (var f in report.Findings.OrderByDescending(f => f.Present == true).ThenByDescending(f => f.Probability))
        {
            var state = f.Present switch { true => "present", false => "absent", _ => "not decided" };
            var probability = f.Probability?.ToString(".000", CultureInfo.InvariantCulture) ?? "";
            Console.WriteLine($"  {f.Name,-32} {state,-12} {probability,-6} {f.Laterality} {f.Detail} {f.Reason}".TrimEnd());
            foreach (var m in f.Measurements)
            {
                Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"    {m.Name} {m.Value:0.###} {m.Unit}"));
            }
        }

        foreach (var m in report.Measurements)
        {
            Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"  {m.Name} {m.Value:0.###} {m.Unit}"));
        }
    }
}
