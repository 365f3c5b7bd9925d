using System.CommandLine;
using System.Text.Json;
using QureHost.Sdk;

namespace QureHost.Commands;

/// <summary><c>qurehost nlp IN.jsonl OUT.jsonl</c>: labels reports, one a line.</summary>
internal static class NlpCommand
{
    public static Command Create()
    {
        var input = new Argument<FileInfo>("IN") { Description = "JSON lines {id, modality, text}" };
        var output = new Argument<FileInfo>("OUT") { Description = "JSON lines {id, labels: {finding: 1 | 0 | -1}}" };
        var plugins = PluginFolder.Option();
        var command = new Command("nlp", "Labels text reports: 1 present, 0 absent, -1 uncertain; a finding that is not mentioned is not listed.") { input, output, plugins };
        command.SetAction(async (result, ct) =>
        {
            try
            {
                using var catalog = PluginFolder.Load(result.GetValue(plugins));
                if (PluginFolder.TextProduct(catalog, "report-nlp", out var why) is not { } product)
                {
                    Console.Error.WriteLine(why);
                    return ExitCodes.Failed;
                }

                var (labelled, bad) = await LabelAsync(product, result.GetValue(input)!.FullName, result.GetValue(output)!.FullName, ct);
                Console.Error.WriteLine($"{labelled} reports labelled{(bad > 0 ? $", {bad} lines were no reports" : "")}.");
                return bad == 0 ? ExitCodes.Ok : ExitCodes.Failed;
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException)
            {
                Console.Error.WriteLine(e.Message);
                return ExitCodes.Usage;
            }
        });
        return command;
    }

    private static async Task<(int Labelled, int Bad)> LabelAsync(ITextProduct product, string input, string output, CancellationToken ct)
    {
        int labelled = 0, bad = 0;
        var number = 0;
        await using var writer = new StreamWriter(output);
        await foreach (var line in File.ReadLinesAsync(input, ct))
        {
            number++;
            if (string.IsNullOrWhiteSpace(line))
            {
                continue;
            }

            try
            {
                using var json = JsonDocument.Parse(line);
                var text = json.RootElement.GetProperty("text").GetString() ?? "";
                var modality = json.RootElement.TryGetProperty("modality", out var m) ? m.GetString() ?? "" : "";
                var id = json.RootElement.TryGetProperty("id", out var i) ? i.Clone() : default(JsonElement?);
                await writer.WriteLineAsync(JsonSerializer.Serialize(new { id, labels = product.Label(text, modality) }));
                labelled++;
            }
            catch (Exception e) when (e is JsonException or KeyNotFoundException or InvalidOperationException)
            {
                Console.Error.WriteLine($"Line {number} is no report: {e.Message}");
                bad++;
            }
        }

        return (labelled, bad);
    }
}
