using System.CommandLine;
using System.Text.Json;
using QureHost.Plugins;
using QureHost.Products;
using QureHost.Sdk.Testing;

namespace QureHost.Commands;

/// <summary><c>qurehost plugin check DIR PATH</c>: the conformance checks of the SDK, in a process of their own.</summary>
internal static class PluginCheckCommand
{
    public static Command Create()
    {
        var folder = new Argument<DirectoryInfo>("DIR") { Description = "A plugin's source (it is built), or its built folder" };
        var path = new Argument<string>("PATH") { Description = "A DICOM file, or a folder of one study that the product reads" };
        var models = new Option<DirectoryInfo?>("--models") { Description = "Folder of models, for those that are not the plugin's own [default: those that came with the host]" };
        var json = PluginCommand.Json();
        var command = new Command("check", "Holds a plugin against the contract on a study. Exit status 1 where it breaks a rule.") { folder, path, models, json };
        command.SetAction(async (result, ct) =>
        {
            var source = result.GetValue(folder)!.FullName;
            if (!Directory.Exists(source) || (!File.Exists(result.GetValue(path)) && !Directory.Exists(result.GetValue(path))))
            {
                Console.Error.WriteLine($"{source} is not a folder, or {result.GetValue(path)} is neither a file nor a folder.");
                return ExitCodes.Usage;
            }

            var staged = Directory.CreateTempSubdirectory("qurehost-check-").FullName;
            try
            {
                await PluginPackCommand.StageAsync(source, staged, ct);
                var report = await Conformance.CheckAsync(staged, result.GetValue(path)!, new ConformanceOptions { ModelRoots = [result.GetValue(models)?.FullName ?? new ServeOptions().ModelDirectory] }, ct);
                Print(report, result.GetValue(json));
                return report.Conforms ? ExitCodes.Ok : ExitCodes.Failed;
            }
            catch (Exception e) when (e is PackageException or InvalidDataException or IOException or UnauthorizedAccessException)
            {
                Console.Error.WriteLine(e.Message);
                return ExitCodes.Failed;
            }
            finally
            {
                Directory.Delete(staged, recursive: true);
            }
        });
        return command;
    }

    private static void Print(ConformanceReport report, bool json)
    {
        if (json)
        {
            Console.WriteLine(JsonSerializer.Serialize(new { report.Conforms, checks = report.Checks.Select(c => new { rule = c.Rule.ToString(), ok = c.Problems.Count == 0, c.Problems }), report.Broken }, HostJson.Indented));
            return;
        }

        foreach (var check in report.Checks)
        {
            Console.WriteLine($"{check.Rule,-12} {(check.Problems.Count == 0 ? "kept" : string.Join(" ", check.Problems))}");
        }

        foreach (var rule in Enum.GetValues<ConformanceRule>().Except(report.Checks.Select(c => c.Rule)))
        {
            Console.WriteLine($"{rule,-12} not looked at");
        }
    }
}
