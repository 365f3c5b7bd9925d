using System.CommandLine;
using System.Text.Json;
using System.Text.Json.Serialization;
using QureHost.Evaluation;
using QureHost.Products;

namespace QureHost.Commands;

/// <summary><c>qurehost evaluate PRODUCT DATA</c>: accuracy on a labelled set, with counts and intervals.</summary>
internal static class EvaluateCommand
{
    private static readonly JsonSerializerOptions Json = new()
    {
        PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower,
        DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
        WriteIndented = true,
    };

    public static Command Create()
    {
        var product = new Argument<string>("PRODUCT") { Description = "chest-xray or report-nlp" };
        product.AcceptOnlyFromAmong("chest-xray", "report-nlp");
        var data = new Argument<string>("DATA") { Description = "chest-xray: a folder with labels.csv, images/ and dicom/; report-nlp: a folder or file of labelled JSON lines" };
        var json = new Option<FileInfo?>("--json") { Description = "Write the figures and all cases as JSON to this file" };
        var plugins = PluginFolder.Option();
        var models = new Option<DirectoryInfo?>("--models") { Description = "Folder of models [default: those that came with the host]" };
        var command = new Command("evaluate", "Measures a product on a labelled set: per finding n, positives, AUC, sensitivity and specificity at the shipped operating point, with 95 % intervals.") { product, data, json, plugins, models };
        command.SetAction(async (result, ct) =>
        {
            var name = result.GetValue(product)!;
            using var catalog = PluginFolder.Load(result.GetValue(plugins));
            if (PluginFolder.Find(catalog, name, out var why) is not { } plugin)
            {
                Console.Error.WriteLine(why);
                return ExitCodes.Usage;
            }

            try
            {
                EvaluationReport report;
                if (name == "report-nlp")
                {
                    var files = ReportEvaluation.FilesOf(result.GetValue(data)!);
                    report = ReportEvaluation.Run(PluginFolder.TextProduct(catalog, name, out _)!, plugin.Manifest!.Version, files, ct);
                }
                else
                {
                    using var bench = new ProductBench(plugin, result.GetValue(models)?.FullName);
                    var set = ChestXrayData.Open(result.GetValue(data)!);
                    using var progress = new Progress("Reading", set.Rows.Count);
                    report = await ChestXrayEvaluation.RunAsync(bench, set, progress.Step, ct);
                }

                EvaluationTable.Write(Console.Out, report);
                if (result.GetValue(json) is { } file)
                {
                    await File.WriteAllTextAsync(file.FullName, JsonSerializer.Serialize(report, Json) + "\n", ct);
                }

                return ExitCodes.Ok;
            }
            catch (Exception e) when (e is InvalidDataException or IOException or UnauthorizedAccessException)
            {
                Console.Error.WriteLine(e.Message);
                return ExitCodes.Usage;
            }
        });
        return command;
    }
}
