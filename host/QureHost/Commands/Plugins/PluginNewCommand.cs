using System.CommandLine;
using System.Text.Json;
using QureHost.Products;

namespace QureHost.Commands;

/// <summary><c>qurehost plugin new NAME</c> and <c>plugin sdk DIR</c>.</summary>
internal static class PluginNewCommand
{
    public static Command Create()
    {
        var name = new Argument<string>("NAME") { Description = "Name of the plugin: BrightFilm or bright-film" };
        var output = new Option<DirectoryInfo?>("--out") { Description = "Folder to make [default: NAME]" };
        var json = PluginCommand.Json();
        var command = new Command("new", "Makes a plugin that builds, with a test that runs it on a phantom. The folder holds the SDK's packages and needs nothing of this repository.") { name, output, json };
        command.SetAction(async (result, ct) =>
        {
            if (PluginName.Parse(result.GetValue(name)!) is not { } parsed)
            {
                Console.Error.WriteLine("A plugin's name is 1 to 32 letters, digits and '-', beginning with a letter.");
                return ExitCodes.Usage;
            }

            var folder = Path.GetFullPath(result.GetValue(output)?.FullName ?? parsed.Pascal);
            if (Directory.Exists(folder) && Directory.EnumerateFileSystemEntries(folder).Any())
            {
                Console.Error.WriteLine($"{folder} is not empty.");
                return ExitCodes.Usage;
            }

            try
            {
                var version = await SdkPackages.WriteAsync(Path.Combine(folder, SdkPackages.FolderName), ct);
                PluginTemplate.Write(folder, parsed, version);
                Console.WriteLine(result.GetValue(json)
                    ? JsonSerializer.Serialize(new { id = parsed.Kebab, name = parsed.Pascal, folder, sdk = version }, HostJson.Indented)
                    : $"""
                       {parsed.Pascal} is in {folder}. Next:
                         cd {folder}
                         dotnet run --project {parsed.Pascal}.Tests
                         qurehost plugin pack . --out {parsed.Kebab}.qhplugin
                         qurehost plugin add {parsed.Kebab}.qhplugin
                       """);
                return ExitCodes.Ok;
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException)
            {
                Console.Error.WriteLine(e.Message);
                return ExitCodes.Failed;
            }
        });
        return command;
    }

    public static Command CreateSdk()
    {
        var output = new Argument<DirectoryInfo>("DIR") { Description = "A plugin's folder" };
        var json = PluginCommand.Json();
        var command = new Command("sdk", "Writes this host's SDK as NuGet packages into DIR/qurehost-sdk: for 'dotnet new', or to move a plugin to a newer SDK.") { output, json };
        command.SetAction(async (result, ct) =>
        {
            try
            {
                var folder = Path.Combine(result.GetValue(output)!.FullName, SdkPackages.FolderName);
                var version = await SdkPackages.WriteAsync(folder, ct);
                Console.WriteLine(result.GetValue(json) ? JsonSerializer.Serialize(new { folder, sdk = version }, HostJson.Indented) : $"SDK {version} is in {folder}; QureHostSdk in Directory.Build.props names it.");
                return ExitCodes.Ok;
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException)
            {
                Console.Error.WriteLine(e.Message);
                return ExitCodes.Failed;
            }
        });
        return command;
    }
}
