using QureHost.Archive;
using QureHost.Inference;
using QureHost.Pipeline;
using QureHost.Plugins;

namespace QureHost.Products;

/// <summary>Plugins, models and the pipeline as services of the host.</summary>
internal static class ProductServices
{
    public static void AddProducts(this IServiceCollection services, ServeOptions options)
    {
        // What a site adds lies in the data directory; what came with the host lies beside it.
        services.AddSingleton<IPluginLedger>(s => new PluginLedger(s.GetRequiredService<ArchiveStore>()));
        services.AddSingleton(s => PluginCatalog.Load(
            [Path.Combine(options.DataDirectory, "plugins"), options.PluginDirectory],
            s.GetRequiredService<ILogger<PluginCatalog>>(),
            loadCode: options.Isolation == Isolation.None,
            s.GetRequiredService<IPluginLedger>()));
        if (options.Isolation == Isolation.Process)
        {
            services.AddWorkers(options);
        }

        services.AddSingleton(s =>
        {
            var sites = s.GetRequiredService<ArchiveStore>().Sites;
            return new ModelStore(
                [Path.Combine(options.DataDirectory, "models"), options.ModelDirectory],
                request => sites.GetModel(request.Site, request.Product, request.Name) is { } chosen ? new ModelChoice(chosen.Replacement, chosen.Sha256) : null);
        });
        services.AddSingleton(s => new InferenceService(
            s.GetRequiredService<ModelStore>(), DeviceServices.Create(options, s), new InferenceOptions(), TimeProvider.System, s.GetRequiredService<ILogger<InferenceService>>()));
        services.AddSingleton<GreyFrames>();
        services.AddSingleton<IResultPublisher, ResultStorer>();
        services.AddSingleton(s => new StudyPipeline(
            s.GetRequiredService<ArchiveStore>(),
            s.GetRequiredService<PluginCatalog>(),
            s.GetRequiredService<InferenceService>(),
            s.GetRequiredService<IResultPublisher>(),
            new PipelineOptions { StudyQuiet = options.QuietTime },
            TimeProvider.System,
            s.GetRequiredService<ILoggerFactory>(),
            s.GetService<WorkerPool>(),
            s.GetService<SliceCache>()));
        services.AddSingleton(s => new ProductNames(s.GetRequiredService<PluginCatalog>()));
        services.AddHostedService<PipelineService>();
        services.AddHostedService<AlertService>();
    }

    private sealed class PipelineService(StudyPipeline pipeline) : IHostedService
    {
        public Task StartAsync(CancellationToken cancellationToken) => pipeline.StartAsync(cancellationToken);

        // The container ends it, after whoever uses it and before what it uses.
        public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
    }
}

/// <summary>Names of products for people.</summary>
internal sealed class ProductNames(PluginCatalog plugins)
{
    public string Of(string product) => plugins.Find(product)?.Manifest?.Name ?? product;
}
