using System.Net;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using QureHost.Archive;
using QureHost.DicomWeb.Access;
using QureHost.Testing;

namespace QureHost.DicomWeb.Tests.Services;

/// <summary>The services in Kestrel on a loopback port, over an archive in a folder of its own.</summary>
internal sealed class RunningHost : IAsyncDisposable
{
    public const string Origin = "http://viewer.test";

    private readonly TemporaryFolder _folder = new();
    private readonly WebApplication _app;

    private RunningHost(WebApplication app, ArchiveStore archive, TemporaryFolder folder)
    {
        (_app, Archive, _folder) = (app, archive, folder);
        Client = new HttpClient { BaseAddress = new Uri(app.Urls.First()), Timeout = TimeSpan.FromSeconds(60) };
    }

    public ArchiveStore Archive { get; }

    public HttpClient Client { get; }

    public required RecordedAccess Access { get; init; }

    public string Root => Client.BaseAddress + "dicomweb";

    public static async Task<RunningHost> StartAsync()
    {
        var folder = new TemporaryFolder();
        var archive = await ArchiveStore.OpenAsync(new ArchiveOptions { DataDirectory = folder.Path }, TimeProvider.System, NullLoggerFactory.Instance, default);
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        var access = new RecordedAccess();
        builder.Services.AddSingleton(archive);
        builder.Services.AddSingleton(TimeProvider.System);
        builder.Services.AddSingleton<IDicomWebAccess>(access);
        builder.Services.AddDicomWeb(new DicomWebOptions { CorsOrigins = [Origin] });
        var policies = builder.Services.AddAuthorizationBuilder();
        foreach (var policy in new[] { DicomWebPolicies.Read, DicomWebPolicies.Write, DicomWebPolicies.Delete })
        {
            policies.AddPolicy(policy, p => p.RequireAssertion(_ => true));
        }

        var app = builder.Build();
        app.UseRouting();
        app.UseCors();
        app.UseAuthorization();
        app.MapDicomWeb();
        await app.StartAsync();
        return new RunningHost(app, archive, folder) { Access = access };
    }

    /// <summary>Stores Part 10 files in one request.</summary>
    public Task<HttpResponseMessage> StoreAsync(params byte[][] files) => StoreAtAsync("/dicomweb/studies", files);

    public Task<HttpResponseMessage> StoreAtAsync(string path, params byte[][] files) => PostAsync(path, Multipart(files), MultipartType);

    public Task<HttpResponseMessage> PostAsync(string path, byte[] body, string contentType, string? encoding = null)
    {
        var content = new ByteArrayContent(body);
        content.Headers.TryAddWithoutValidation("Content-Type", contentType);
        if (encoding is not null)
        {
            content.Headers.ContentEncoding.Add(encoding);
        }

        return Client.PostAsync(path, content);
    }

    public const string MultipartType = "multipart/related; type=\"application/dicom\"; boundary=BoUnD";

    public static byte[] Multipart(params byte[][] files)
    {
        using var body = new MemoryStream();
        foreach (var file in files)
        {
            body.Write("--BoUnD\r\nContent-Type: application/dicom\r\n\r\n"u8);
            body.Write(file);
            body.Write("\r\n"u8);
        }

        body.Write("--BoUnD--\r\n"u8);
        return body.ToArray();
    }

    public async Task<HttpResponseMessage> GetAsync(string path, string? accept = null, params (string Name, string Value)[] headers)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, path);
        if (accept is not null)
        {
            request.Headers.TryAddWithoutValidation("Accept", accept);
        }

        foreach (var (name, value) in headers)
        {
            request.Headers.TryAddWithoutValidation(name, value);
        }

        return await Client.SendAsync(request);
    }

    public async Task<JsonElement> GetJsonAsync(string path)
    {
        using var response = await GetAsync(path, "application/dicom+json");
        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        return JsonSerializer.Deserialize<JsonElement>(await response.Content.ReadAsByteArrayAsync());
    }

    /// <summary>The parts of a multipart answer.</summary>
    public static async Task<List<(string ContentType, byte[] Body)>> PartsAsync(HttpResponseMessage response)
    {
        var boundary = response.Content.Headers.ContentType!.Parameters.Single(p => p.Name == "boundary").Value!;
        var body = Encoding.Latin1.GetString(await response.Content.ReadAsByteArrayAsync());
        var parts = new List<(string, byte[])>();
        foreach (var part in body.Split("--" + boundary).Skip(1).TakeWhile(p => !p.StartsWith("--", StringComparison.Ordinal)))
        {
            var end = part.IndexOf("\r\n\r\n", StringComparison.Ordinal);
            var type = part[..end].Split("\r\n").Single(h => h.StartsWith("Content-Type:", StringComparison.Ordinal))["Content-Type:".Length..].Trim();
            parts.Add((type, Encoding.Latin1.GetBytes(part[(end + 4)..^2])));
        }

        return parts;
    }

    public async ValueTask DisposeAsync()
    {
        Client.Dispose();
        await _app.DisposeAsync();
        await Archive.DisposeAsync();
        _folder.Dispose();
    }

    /// <summary>Lets everybody into every site that does not begin with <c>closed</c>, and keeps what was audited.</summary>
    internal sealed class RecordedAccess : IDicomWebAccess
    {
        private readonly List<(string Site, string? Study, DicomWebAction Action)> _audited = [];

        public IReadOnlyList<(string Site, string? Study, DicomWebAction Action)> Audited
        {
            get
            {
                lock (_audited)
                {
                    return [.. _audited];
                }
            }
        }

        public ValueTask<bool> MayAsync(HttpContext context, string site, DicomWebAction action, CancellationToken cancellationToken) =>
            new(!site.StartsWith("closed", StringComparison.Ordinal));

        public ValueTask AuditAsync(HttpContext context, string site, string? studyUid, DicomWebAction action, CancellationToken cancellationToken)
        {
            lock (_audited)
            {
                _audited.Add((site, studyUid, action));
            }

            return ValueTask.CompletedTask;
        }
    }
}
