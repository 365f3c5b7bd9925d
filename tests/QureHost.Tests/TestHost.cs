using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.SignalR.Client;
using Microsoft.Extensions.DependencyInjection;
using QureHost.Archive;
using QureHost.Hosting;
using QureHost.Live;
using QureHost.Phantoms;
using QureHost.Testing;

namespace QureHost.Tests;

/// <summary>The whole host on a free loopback port, over a data directory that goes away.</summary>
internal sealed class TestHost : IAsyncDisposable
{
    /// <summary>Debug or Release, as the tests themselves: the folder that the host's plugins were copied to.</summary>
    private static readonly string Configuration = new DirectoryInfo(AppContext.BaseDirectory).Parent!.Name;

    private readonly WebApplication _app;
    private readonly TemporaryFolder _folder;

    private TestHost(WebApplication app, TemporaryFolder folder, ServeOptions options)
    {
        (_app, _folder, Options) = (app, folder, options);
        Address = new Uri(app.Urls.First());
        Http = new HttpClient { BaseAddress = Address };
    }

    public ServeOptions Options { get; }

    public Uri Address { get; }

    public HttpClient Http { get; }

    public ArchiveStore Archive => _app.Services.GetRequiredService<ArchiveStore>();

    public T Service<T>()
        where T : notnull => _app.Services.GetRequiredService<T>();

    public static async Task<TestHost> StartAsync(AuthMode auth = AuthMode.None, Func<ServeOptions, ServeOptions>? change = null)
    {
        var folder = new TemporaryFolder();
        var host = Path.Combine(SharedData.RepositoryRoot, "host", "QureHost", "bin", Configuration, "net10.0");
        var options = new ServeOptions { PluginDirectory = Path.Combine(host, "plugins"), ModelDirectory = Path.Combine(host, "models"), WorkerDirectory = Path.Combine(host, "worker"), DeviceDirectory = Path.Combine(host, "device"), Urls = "http://127.0.0.1:0", DataDirectory = folder.At("data"), DimsePort = 0, Auth = auth, QuietTime = TimeSpan.FromSeconds(1) };
        options = change?.Invoke(options) ?? options;
        var app = await HostApp.BuildAsync(options, TestContext.Current.CancellationToken);
        await app.StartAsync(TestContext.Current.CancellationToken);
        return new TestHost(app, folder, options);
    }

    public HubConnection Hub(bool messagePack = false)
    {
        var builder = new HubConnectionBuilder().WithUrl(new Uri(Address, "hubs/viewer"));
        if (messagePack)
        {
            builder.AddMessagePackProtocol();
        }

        return builder.Build();
    }

    /// <summary>Stores a phantom by STOW-RS and returns its Study Instance UID.</summary>
    public async Task<string> StorePhantomAsync(string kind, PhantomOptions options, HttpClient? http = null)
    {
        var files = new List<byte[]>();
        PhantomStudy.Build(kind, options, (_, bytes) => files.Add(bytes));
        using var answer = await StowAsync(files, http);
        answer.EnsureSuccessStatusCode();
        return QureHost.Dicom.DicomFile.Parse(files[0]).Dataset.GetString(QureHost.Dicom.DicomTags.StudyInstanceUID)!;
    }

    public async Task<HttpResponseMessage> StowAsync(IEnumerable<byte[]> files, HttpClient? http = null, string path = "dicomweb/studies")
    {
        using var content = new MultipartContent("related", "b0undary");
        content.Headers.ContentType!.Parameters.Add(new NameValueHeaderValue("type", "\"application/dicom\""));
        foreach (var file in files)
        {
            var part = new ByteArrayContent(file);
            part.Headers.ContentType = new MediaTypeHeaderValue("application/dicom");
            content.Add(part);
        }

        return await (http ?? Http).PostAsync(path, content);
    }

    public async Task<JsonElement> GetAsync(string path) => await Http.GetFromJsonAsync<JsonElement>(path);

    /// <summary>Events of a study, from the log, until one satisfies.</summary>
    public async Task<List<StoredEvent>> EventsUntilAsync(string study, Func<StoredEvent, bool> last, int seconds = 60)
    {
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(seconds));
        var seen = new List<StoredEvent>();
        try
        {
            await foreach (var e in Archive.Events.FollowAsync(0, new EventFilter { StudyUid = study }, limit.Token))
            {
                seen.Add(e);
                if (last(e))
                {
                    return seen;
                }
            }
        }
        catch (OperationCanceledException)
        {
        }

        Assert.Fail($"The event did not come within {seconds} s; seen: {string.Join(", ", seen.Select(e => $"{e.Type} {e.Product} {e.Data}"))}");
        return seen;
    }

    public async ValueTask DisposeAsync()
    {
        Http.Dispose();
        await _app.StopAsync();
        await _app.DisposeAsync();
        _folder.Dispose();
    }
}
