using System.CommandLine;
using System.Net.Http.Headers;
using System.Text.Json;
using QureHost.Products;

namespace QureHost.Commands;

/// <summary>What <c>qurehost plugin</c> asks of a running host.</summary>
internal static class PluginHostCommands
{
    public static Command Add()
    {
        var file = new Argument<FileInfo>("FILE") { Description = "A package made by 'plugin pack'" };
        var (host, key, json) = (HostOption.Create(), HostClient.KeyOption(), PluginCommand.Json());
        var command = new Command("add", "Installs a package in a running host: new runs take the new version, running ones finish on the old one.") { file, host, key, json };
        command.SetAction(async (result, ct) =>
        {
            if (!result.GetValue(file)!.Exists)
            {
                Console.Error.WriteLine($"{result.GetValue(file)} is not a file.");
                return ExitCodes.Usage;
            }

            using var client = new HostClient(result.GetValue(host)!, result.GetValue(key));
            using var content = new StreamContent(result.GetValue(file)!.OpenRead());
            content.Headers.ContentType = new MediaTypeHeaderValue("application/octet-stream");
            var (status, body) = await client.SendAsync(HttpMethod.Post, "api/v1/plugins", content, ct);
            Print(status, body, result.GetValue(json));
            return status;
        });
        return command;
    }

    public static Command List()
    {
        var (host, key, json) = (HostOption.Create(), HostClient.KeyOption(), PluginCommand.Json());
        var command = new Command("list", "Lists the plugins of a running host.") { host, key, json };
        command.SetAction(async (result, ct) =>
        {
            using var client = new HostClient(result.GetValue(host)!, result.GetValue(key));
            var (status, body) = await client.SendAsync(HttpMethod.Get, "api/v1/plugins", null, ct);
            if (status == ExitCodes.Ok && result.GetValue(json))
            {
                Console.WriteLine(JsonSerializer.Serialize(body, HostJson.Indented));
            }
            else if (status == ExitCodes.Ok)
            {
                foreach (var plugin in body.EnumerateArray())
                {
                    Print(status, plugin, json: false);
                }
            }

            return status;
        });
        return command;
    }

    public static Command Change(string verb, string description)
    {
        var id = new Argument<string>("ID") { Description = "The plugin's id" };
        var (host, key, json) = (HostOption.Create(), HostClient.KeyOption(), PluginCommand.Json());
        var command = new Command(verb, description) { id, host, key, json };
        command.SetAction(async (result, ct) =>
        {
            using var client = new HostClient(result.GetValue(host)!, result.GetValue(key));
            var (status, body) = await client.SendAsync(HttpMethod.Post, $"api/v1/plugins/{Uri.EscapeDataString(result.GetValue(id)!)}/{verb}", null, ct);
            Print(status, body, result.GetValue(json));
            return status;
        });
        return command;
    }

    public static Command Remove()
    {
        var id = new Argument<string>("ID") { Description = "The plugin's id" };
        var (host, key, json) = (HostOption.Create(), HostClient.KeyOption(), PluginCommand.Json());
        var command = new Command("remove", "Takes a plugin that was added out of a running host, all its versions. Those that came with the host can be disabled.") { id, host, key, json };
        command.SetAction(async (result, ct) =>
        {
            using var client = new HostClient(result.GetValue(host)!, result.GetValue(key));
            var (status, _) = await client.SendAsync(HttpMethod.Delete, $"api/v1/plugins/{Uri.EscapeDataString(result.GetValue(id)!)}", null, ct);
            if (status == ExitCodes.Ok)
            {
                Console.WriteLine(result.GetValue(json) ? JsonSerializer.Serialize(new { removed = result.GetValue(id) }, HostJson.Indented) : $"{result.GetValue(id)} is removed.");
            }

            return status;
        });
        return command;
    }

    private static void Print(int status, JsonElement plugin, bool json)
    {
        if (status != ExitCodes.Ok)
        {
            return;
        }

        Console.WriteLine(json
            ? JsonSerializer.Serialize(plugin, HostJson.Indented)
            : $"{Text(plugin, "id"),-24} {Text(plugin, "version"),-10} {Text(plugin, "state"),-14} {Text(plugin, "reason")}".TrimEnd());
    }

    private static string? Text(JsonElement plugin, string name) => plugin.TryGetProperty(name, out var value) ? value.GetString() : null;
}
