using System.Diagnostics;
using System.Text.Json;
using QureHost.Onnx;
using QureHost.Sdk.Manifests;
using QureHost.Sdk.Results;
using QureHost.Sdk.Studies;

namespace QureHost.Sdk.Testing;

/// <summary>
/// Runs one product on studies without a server: in a test of the product, on the command line, over a whole set of cases.
/// The contract is the host's; models stay loaded between runs. One run at a time.
/// </summary>
public sealed class ProductRun : IDisposable
{
    private static readonly JsonElement NoSettings = JsonDocument.Parse("{}").RootElement;
    private readonly Func<IProduct> _create;
    private readonly LocalModels _models;

    private ProductRun(PluginManifest manifest, Func<IProduct> create, IEnumerable<string> modelRoots, Accelerator accelerator)
    {
        Manifest = manifest;
        _create = create;
        _models = new LocalModels(modelRoots, accelerator);
    }

    /// <summary>The product's manifest.</summary>
    public PluginManifest Manifest { get; }

    /// <summary>A plugin's folder: <c>plugin.json</c>, its assembly and what it depends on.</summary>
    /// <param name="pluginFolder">The folder.</param>
    /// <param name="modelRoots">Folders that hold a folder per model.</param>
    /// <param name="accelerator">Where models run.</param>
    /// <exception cref="ManifestException">The manifest cannot be used.</exception>
    /// <exception cref="InvalidOperationException">The code is not what the manifest says.</exception>
    public static ProductRun Open(string pluginFolder, IEnumerable<string> modelRoots, Accelerator accelerator = Accelerator.Cpu)
    {
        var manifest = ReadManifest(Path.Combine(pluginFolder, "plugin.json"));
        return new ProductRun(manifest, PluginAssembly.Load(pluginFolder, manifest), modelRoots, accelerator);
    }

    /// <summary>A product whose assembly the caller references, as in its own tests.</summary>
    /// <typeparam name="T">The product.</typeparam>
    /// <param name="manifestPath">Its <c>plugin.json</c>.</param>
    /// <param name="modelRoots">Folders that hold a folder per model.</param>
    /// <param name="accelerator">Where models run.</param>
    public static ProductRun Of<T>(string manifestPath, IEnumerable<string> modelRoots, Accelerator accelerator = Accelerator.Cpu)
        where T : IProduct, new() => new(ReadManifest(manifestPath), static () => new T(), modelRoots, accelerator);

    /// <summary>Runs the product on a study. Whatever the product does is in the outcome; only cancelling throws.</summary>
    /// <param name="study">For instance <c>FolderStudy.OpenAsync(path)</c>.</param>
    /// <param name="settings">The site's settings, or null for none.</param>
    /// <param name="progress">Told of each checkpoint.</param>
    /// <param name="ct">Ends the run.</param>
    public async Task<ProductOutcome> RunAsync(IStudy study, JsonElement? settings = null, IProgress<Checkpoint>? progress = null, CancellationToken ct = default)
    {
        var problems = SettingsSchema.Problems(Manifest.Settings, settings ?? NoSettings);
        if (problems.Count > 0)
        {
            return new ProductOutcome { Manifest = Manifest, Error = string.Join(' ', problems) };
        }

        var run = new LocalRun(Manifest, study, settings ?? NoSettings, _models, progress);
        var clock = Stopwatch.StartNew();
        string? error = null;
        try
        {
            await Task.Run(() => ExecuteAsync(run, ct), ct).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (ct.IsCancellationRequested)
        {
            throw;
        }
        catch (Exception e)
        {
            error = e is ModelUnavailableException or PixelsUnavailableException or ContractException ? e.Message : $"{e.GetType().Name}: {e.Message}";
        }

        var results = run.Results;
        return new ProductOutcome
        {
            Manifest = Manifest,
            Error = run.Broken?.Message ?? error,
            Results = results,
            Models = run.Models,
            Checkpoints = run.Checkpoints,
            Seconds = clock.Elapsed.TotalSeconds,
            Problems = Conformance.ProblemsOf(results),
        };
    }

    /// <summary>Ends the models' sessions.</summary>
    public void Dispose() => _models.Dispose();

    private static PluginManifest ReadManifest(string path)
    {
        try
        {
            return ManifestReader.Read(File.ReadAllBytes(path));
        }
        catch (IOException e)
        {
            throw new ManifestException([e.Message]);
        }
    }

    private async Task ExecuteAsync(LocalRun run, CancellationToken ct)
    {
        var product = _create();
        try
        {
            await product.RunAsync(run, ct).ConfigureAwait(false);
        }
        finally
        {
            switch (product)
            {
                case IAsyncDisposable disposable:
                    await disposable.DisposeAsync().ConfigureAwait(false);
                    break;
                case IDisposable disposable:
                    disposable.Dispose();
                    break;
            }
        }
    }
}
