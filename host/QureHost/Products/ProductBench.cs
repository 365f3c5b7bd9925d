using QureHost.Plugins;
using QureHost.Sdk.Studies;
using QureHost.Sdk.Testing;

namespace QureHost.Products;

/// <summary>An installed product with its models, without a server: what <c>run</c> and <c>evaluate</c> work at.</summary>
internal sealed class ProductBench(Plugin plugin, string? modelDirectory) : IDisposable
{
    private readonly ProductRun _run = ProductRun.Open(plugin.Folder, [plugin.ModelFolder, modelDirectory ?? new ServeOptions().ModelDirectory]);

    public string Product => _run.Manifest.Id;

    public string Version => _run.Manifest.Version;

    public async Task<ProductReport> RunAsync(IStudy study, Action<double?, string> progress, CancellationToken ct)
    {
        var outcome = await _run.RunAsync(study, progress: new Relay(progress), ct: ct);
        var models = outcome.Models.Select(m => new ModelUse(m.Name, m.Version, m.Sha256));
        return ProductReport.From(Product, Version, outcome.Status, outcome.Reasons, [.. models], outcome.Error is null ? outcome.Results : []);
    }

    public void Dispose() => _run.Dispose();

    private sealed class Relay(Action<double?, string> tell) : IProgress<Checkpoint>
    {
        public void Report(Checkpoint value) => tell(value.Done, value.Stage);
    }
}
