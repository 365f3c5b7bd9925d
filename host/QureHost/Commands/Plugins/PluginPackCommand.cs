using System.CommandLine;
using System.Diagnostics;
using System.Text.Json;
using QureHost.Plugins;
using QureHost.Products;
using QureHost.Sdk.Manifests;

namespace QureHost.Commands;

/// <summary><c>qurehost plugin pack DIR --out FILE</c>.</summary>
internal static class PluginPackCommand
{
    public static Command Create()
    {
        var folder = new Argument<DirectoryInfo>("DIR") { Description = "A plugin's source (it is built), or its built folder: plugin.json beside its assemblies" };
        var output = new Option<FileInfo?>("--out") { Description = "File to write [default: ID-VERSION.qhplugin]" };
        var models = new Option<DirectoryInfo?>("--models") { Description = "Folder of models, for those that are not in the plugin's own models folder" };
        var json = PluginCommand.Json();
        var command = new Command("pack", "Packs a plugin into one file: manifest, assemblies, models, checksums. Refuses what is missing or unlisted.") { folder, output, models, json };
        command.SetAction(async (result, ct) =>
        {
            var source = result.GetValue(folder)!.FullName;
            if (!Directory.Exists(source))
            {
                Console.Error.WriteLine($"{source} is not a folder.");
                return ExitCodes.Usage;
            }

            var staged = Directory.CreateTempSubdirectory("qurehost-pack-").FullName;
            try
            {
                await StageAsync(source, staged, ct);
                AddModels(staged, result.GetValue(models));
                return await PackAsync(staged, result.GetValue(output), result.GetValue(json), ct);
            }
            catch (PackageException e)
            {
                foreach (var problem in e.Problems)
                {
                    Console.Error.WriteLine(problem);
                }

                return ExitCodes.Failed;
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException)
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

    /// <summary>The plugin's files into a folder of their own: as they lie, or as the project publishes them.</summary>
    internal static async Task StageAsync(string source, string staged, CancellationToken ct)
    {
        if (FindProject(source) is { } project)
        {
            await PublishAsync(project, staged, ct);
            return;
        }

        if (!File.Exists(Path.Combine(source, "plugin.json")))
        {
            throw new PackageException($"There is no plugin.json in {source}, and no project beside one below it.");
        }

        foreach (var file in Directory.EnumerateFiles(source, "*", SearchOption.AllDirectories))
        {
            var target = Path.Combine(staged, Path.GetRelativePath(source, file));
            Directory.CreateDirectory(Path.GetDirectoryName(target)!);
            if (File.ResolveLinkTarget(file, returnFinalTarget: false) is not null)
            {
                throw new PackageException($"{file} is a link.");
            }

            File.Copy(file, target);
        }
    }

    /// <summary>The one project with a plugin.json beside it, in the folder or up to two levels below.</summary>
    private static string? FindProject(string source)
    {
        var options = new EnumerationOptions { RecurseSubdirectories = true, MaxRecursionDepth = 2, IgnoreInaccessible = true };
        var projects = Directory.EnumerateFiles(source, "*.csproj", options).Where(p => File.Exists(Path.Combine(Path.GetDirectoryName(p)!, "plugin.json"))).ToArray();
        return projects.Length > 1 ? throw new PackageException($"{source} holds {projects.Length} plugins: name the folder of one.") : projects.FirstOrDefault();
    }

    private static async Task PublishAsync(string project, string staged, CancellationToken ct)
    {
        var start = new ProcessStartInfo("dotnet", ["publish", project, "-c", "Release", "-o", staged, "-v", "quiet", "--nologo"]) { RedirectStandardOutput = true, RedirectStandardError = true };
        Process build;
        try
        {
            build = Process.Start(start)!;
        }
        catch (System.ComponentModel.Win32Exception e)
        {
            throw new PackageException($"The .NET SDK is needed to build {project}: {e.Message}");
        }

        using (build)
        {
            var output = build.StandardOutput.ReadToEndAsync(ct);
            var error = build.StandardError.ReadToEndAsync(ct);
            await build.WaitForExitAsync(ct);
            if (build.ExitCode != 0)
            {
                throw new PackageException([$"{project} does not build.", (await output + await error).Trim()]);
            }
        }
    }

    private static void AddModels(string staged, DirectoryInfo? models)
    {
        if (models is null || !File.Exists(Path.Combine(staged, "plugin.json")))
        {
            return;
        }

        PluginManifest manifest;
        try
        {
            manifest = ManifestReader.Read(File.ReadAllBytes(Path.Combine(staged, "plugin.json")));
        }
        catch (ManifestException)
        {
            return;   // packing says what is wrong with it
        }

        foreach (var name in manifest.Models.Where(n => !Directory.Exists(Path.Combine(staged, "models", n))))
        {
            foreach (var file in (string[])["model.json", "model.onnx"])
            {
                var from = Path.Combine(models.FullName, name, file);
                if (File.Exists(from))
                {
                    Directory.CreateDirectory(Path.Combine(staged, "models", name));
                    File.Copy(from, Path.Combine(staged, "models", name, file));
                }
            }
        }
    }

    private static async Task<int> PackAsync(string staged, FileInfo? output, bool json, CancellationToken ct)
    {
        var partial = Path.GetTempFileName();
        try
        {
            PluginManifest manifest;
            int files;
            await using (var stream = File.Create(partial))
            {
                (manifest, files) = await PluginPackage.WriteAsync(staged, stream, ct);
            }

            var target = output?.FullName ?? Path.GetFullPath($"{manifest.Id}-{manifest.Version}.qhplugin");
            Directory.CreateDirectory(Path.GetDirectoryName(target)!);
            File.Copy(partial, target, overwrite: true);
            var bytes = new FileInfo(target).Length;
            Console.WriteLine(json
                ? JsonSerializer.Serialize(new { id = manifest.Id, version = manifest.Version, file = target, files, bytes }, HostJson.Indented)
                : $"{manifest.Id} {manifest.Version}: {files} files, {bytes / 1e6:0.0} MB in {target}");
            return ExitCodes.Ok;
        }
        finally
        {
            File.Delete(partial);
        }
    }
}
